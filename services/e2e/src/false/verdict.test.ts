import { describe, expect, test } from '@jest/globals';
import type { JobAnswer } from '../solve-jobs.js';
import { falseTable, reportOf, verdictOn } from './verdict.js';

const frame = { seed: 7, kind: 'foliage', format: 'png' } as const;
const job: JobAnswer = {
  id: 'j',
  status: 'not_solved',
  created_at: '',
  finished_at: null,
  solution: null,
  tried: [{ recipe: 'a', result: 'gave up', seconds: 1 }],
  failure: null,
};
const solution = {
  log_odds: 21.5,
  index: 'index-1',
  recipe: 'a',
  hint: 'none',
  calibration: { ra: 1, dec: 2, pixel_scale: 3 },
};

describe('a frame without a sky', () => {
  test('is false when it was solved, whatever else is said', () => {
    const verdict = verdictOn(frame, { ...job, status: 'solved', solution }, 1);
    expect(verdict).toMatchObject({ end: 'false', seed: 7 });
    expect(verdict.detail).toContain('log odds 21.5, index-1, a, RA 1 Dec 2');
  });

  test('is well when nothing was found, or not within the limit', () => {
    expect(verdictOn(frame, job, 1).end).toBe('not solved');
    const timeout = { ...job, status: 'failed' as const, failure: { code: 'timeout', detail: '' } };
    expect(verdictOn(frame, timeout, 1).end).toBe('time limit');
  });

  test('says nothing about false solutions when it could not be read', () => {
    const broken = { ...job, status: 'failed' as const, failure: { code: 'image_unreadable', detail: 'x' } };
    expect(verdictOn(frame, broken, 1)).toMatchObject({ end: 'broken', detail: 'failed: image_unreadable x' });
  });
});

test('the report counts every end, by kind too', () => {
  const end = (end: 'not solved' | 'false' | 'broken' | 'time limit', kind: string) => ({
    ...{ seed: 1, kind, format: 'png', trials: 3, seconds: 1 },
    end,
  });
  const report = reportOf([end('not solved', 'a'), end('false', 'a'), end('broken', 'b'), end('time limit', 'b')]);
  expect(report).toMatchObject({ frames: 4, false_solutions: 1, broken: 1, not_solved: 1, time_limit: 1 });
  expect(report.by_kind.a).toMatchObject({ frames: 2, false: 1, trials: 6 });
  expect(falseTable(report)).toContain('| b | 2 | 0 | 1 | 0 | 1 | 6 |');
});
