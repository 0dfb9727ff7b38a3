#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { bench } = await import('../dist/bench/bench.js');
await bench(process.argv.slice(2));
