import { expect, test } from '@jest/globals';
import { isExpected, type SoakFacts, soakTable, verdictsOf } from './soak-report.js';

const record = {
  kind: 'sky',
  word: 'solved',
  words: ['solved'],
  disturbed: false,
  troubles: 0,
  jobId: 'a',
  seconds: 1,
};
const flat = { samples: [], slope: 0, most: 1, longest: 9 };
const facts: SoakFacts = {
  records: [record, { ...record, jobId: 'b', disturbed: true, word: 'failed solver_unavailable' }],
  mishaps: [{ victim: 'solver', afterJob: 1, seconds: 2 }],
  endsWritten: new Map([
    ['a', 1],
    ['b', 1],
  ]),
  rests: 2,
  unrest: [],
  slots: 2,
  atRest: { running: 0, waiting: 0, spoolFiles: 0, containers: 2, warm: 2 },
  containersLeft: 0,
  lastWord: 'solved',
  growth: { api: { fds: flat, bytes: flat }, solver: { fds: flat, bytes: flat } },
};
const broken = (change: Partial<SoakFacts>) =>
  verdictsOf({ ...facts, ...change })
    .filter(({ kept }) => !kept)
    .map(({ promise }) => promise);

test('a soak in which nothing happened keeps every promise', () => {
  expect(broken({})).toEqual([]);
  expect(soakTable(facts)).toContain('| sky | 2 | 1 solved, 1 failed solver_unavailable |');
});

test.each<[string, Partial<SoakFacts>]>([
  ['no container is left', { containersLeft: 1 }],
  ['at rest only warm sandboxes', { atRest: { ...facts.atRest, containers: 3 } }],
  ['the spool holds only what was cut off', { atRest: { ...facts.atRest, spoolFiles: 1 } }],
  ['permits full', { atRest: { ...facts.atRest, running: 1 } }],
  ['all came to rest between batches', { unrest: ['1 attempt runs'] }],
  ['one outcome per job', { endsWritten: new Map([['a', 1]]) }],
  ['one outcome per job', { endsWritten: new Map(facts.endsWritten).set('c', 2) }],
  ['every job ended as its kind must', { records: [{ ...record, word: 'failed internal', disturbed: true }] }],
  ['a sky is solved afterwards', { lastWord: 'not_solved' }],
  [
    'no slope of file descriptors, api',
    { growth: { ...facts.growth, api: { fds: { samples: [], slope: 0.1, most: 20, longest: 9 }, bytes: flat } } },
  ],
  [
    'no slope of memory, solver',
    { growth: { ...facts.growth, solver: { fds: flat, bytes: { samples: [], slope: 2e5, most: 1e8, longest: 9 } } } },
  ],
])('"%s" can be broken', (promise, change) => {
  expect(broken(change)).toEqual([promise]);
});

test('only a job that met a mishap may be told to try again, and never that it failed for good', () => {
  expect(isExpected({ ...record, word: 'failed solver_unavailable' })).toBe(false);
  expect(isExpected({ ...record, word: 'failed solver_unavailable', disturbed: true })).toBe(true);
  expect(isExpected({ ...record, word: 'refused 503 busy', disturbed: true })).toBe(true);
  expect(isExpected({ ...record, word: 'failed solver_failed', disturbed: true })).toBe(false);
  expect(isExpected({ ...record, word: 'not_solved', disturbed: true })).toBe(false);
  expect(isExpected({ ...record, word: 'no answer', disturbed: true })).toBe(true);
  expect(isExpected({ ...record, word: 'no answer' })).toBe(false);
  expect(isExpected({ ...record, troubles: 1 })).toBe(false);
});
