#!/usr/bin/env node
import { build } from './build.js';

build();
const { audit } = await import('../dist/supply/audit-command.js');
audit(process.argv.slice(2));
