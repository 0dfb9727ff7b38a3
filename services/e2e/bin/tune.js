#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { tune } = await import('../dist/tuning/tune.js');
await tune(process.argv.slice(2));
