#!/usr/bin/env node
import { build } from '../../../deploy/local/bin/build.js';

build();
const { growth } = await import('../dist/growth/growth.js');
await growth(process.argv.slice(2));
