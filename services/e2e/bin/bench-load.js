#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { benchLoad } = await import('../dist/load/load.js');
await benchLoad(process.argv.slice(2));
