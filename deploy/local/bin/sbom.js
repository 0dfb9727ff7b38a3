#!/usr/bin/env node
import { build } from './build.js';

build();
const { sbom } = await import('../dist/supply/sbom-command.js');
await sbom(process.argv.slice(2));
