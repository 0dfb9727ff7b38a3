#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { soak } = await import('../dist/soak/soak.js');
await soak(process.argv.slice(2));
