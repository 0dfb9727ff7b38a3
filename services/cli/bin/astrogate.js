#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('astrogate: not built yet; run "npm run build" (or "npm start") first');
  process.exitCode = 2;
}
