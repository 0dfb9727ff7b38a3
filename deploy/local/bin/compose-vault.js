#!/usr/bin/env node
import { build } from './build.js';

build();
const { composeVault } = await import('../dist/vault/first-time.js');
await composeVault(process.argv.slice(2));
