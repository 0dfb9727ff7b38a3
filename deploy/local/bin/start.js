#!/usr/bin/env node
import { build } from './build.js';

build();
const { start } = await import('../dist/start.js');
await start(process.argv.slice(2));
