#!/usr/bin/env node
import { build } from './build.js';

build();
const { test } = await import('../dist/test.js');
await test(process.argv.slice(2));
