#!/usr/bin/env node
import { build } from './build.js';

build();
const { prepareCompose } = await import('../dist/compose.js');
await prepareCompose(process.argv.slice(2));
