import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeReadable } from './readable.js';

test('what was made under umask 077 can be read by others, and never written', () => {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-readable-'));
  mkdirSync(join(home, 'app', 'inner'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'app', 'inner', 'file'), 'x', { mode: 0o600 });
  writeFileSync(join(home, 'app', 'program'), 'x', { mode: 0o700 });
  makeReadable(join(home, 'app'));
  const modes = ['', 'app', 'app/inner', 'app/inner/file', 'app/program'].map(
    (path) => statSync(join(home, path)).mode,
  );
  rmSync(home, { recursive: true });
  expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '755', '755', '644', '755']);
});
