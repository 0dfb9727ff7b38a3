#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { testCrash } = await import('../dist/crash/crash.js');
await testCrash(process.argv.slice(2));
