import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { openVerdictLog } from './verdict-log.js';

const directory = mkdtempSync(join(tmpdir(), 'astrogate-verdicts-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const head = { seconds: 8, image: 'sha256:a' };
const verdict = { seed: 3, kind: 'text', format: 'png', end: 'not solved' as const, trials: 2, seconds: 1 };

test('a log goes on with the same limit and image, even when its last line is torn', () => {
  const path = join(directory, 'on');
  openVerdictLog(path, head, false).add(verdict);
  appendFileSync(path, '{"seed": 4, "ki');
  expect(openVerdictLog(path, head, false).earlier).toEqual([verdict]);
  expect(openVerdictLog(path, head, false).earlier).toEqual([verdict]);
});

test('a log begins anew with another limit or image, or when asked to', () => {
  const path = join(directory, 'anew');
  openVerdictLog(path, head, false).add(verdict);
  expect(openVerdictLog(path, { ...head, seconds: 9 }, false).earlier).toEqual([]);
  openVerdictLog(path, head, false).add(verdict);
  expect(openVerdictLog(path, head, true).earlier).toEqual([]);
});
