import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { containerBox } from './box.js';
import { readVersions, sandboxVersion } from './versions.js';

test('the version in the program is that of the package', () => {
  const path = join(import.meta.dirname, '../package.json');
  expect(sandboxVersion).toBe(JSON.parse(readFileSync(path, 'utf8')).version);
});

test('an image without a version file says unknown', () => {
  expect(readVersions({ ...containerBox, astrometryVersionFile: '/nowhere' }).astrometry).toBe('unknown');
});
