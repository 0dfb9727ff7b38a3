#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { testFalse } = await import('../dist/false/false.js');
await testFalse(process.argv.slice(2));
