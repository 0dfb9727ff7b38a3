import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { parseEndpoint } from './endpoint.js';
import { readInstanceId } from './instance-id.js';

test('the id is made once and kept', () => {
  const directory = mkdtempSync(join(tmpdir(), 'instance-test-'));
  const stateDir = join(directory, 'a', 'b');
  const id = readInstanceId(stateDir);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(readInstanceId(stateDir)).toBe(id);
  writeFileSync(join(stateDir, 'instance-id'), 'something else');
  expect(() => readInstanceId(stateDir)).toThrow(ConfigError);
  const below = join(stateDir, 'instance-id', 'x');
  expect(() => readInstanceId(below)).toThrow('SOLVER_STATE_DIR cannot be used (ENOTDIR)');
  rmSync(directory, { recursive: true });
});

test('an engine is named by unix:// or tcp://', () => {
  expect(parseEndpoint('unix:///run/x.sock')).toEqual({ socketPath: '/run/x.sock' });
  expect(parseEndpoint('tcp://guard:2375')).toEqual({ host: 'guard', port: 2375 });
  for (const wrong of ['', 'unix://x', 'http://x:1', 'tcp://x', 'tcp://x:99999', 'tcp://x:1/path']) {
    expect(() => parseEndpoint(wrong)).toThrow(RangeError);
  }
});
