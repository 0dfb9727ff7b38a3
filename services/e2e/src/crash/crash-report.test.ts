import { expect, test } from '@jest/globals';
import { type CrashRun, crashTable, reportOf } from './crash-report.js';

const seenAs = (id: string, status = 'solved', sha256 = 's') => ({ id, status, upload: { sha256 }, failure: null });
const end = (jobId: string, attempt = 1, status = 'solved') => ({ jobId, attempt, status });
const good: CrashRun = {
  database: 'pglite',
  apis: 1,
  solvers: 1,
  seed: 1,
  seconds: 12,
  kills: [{ victim: 'api', afterEnds: 0, delayMs: 0, downMs: 0, which: 0 }],
  accepted: new Map([['a', { sha256: 's', isSolvable: true }]]),
  seen: new Map([['a', seenAs('a')]]),
  records: { jobs: [{ id: 'a', status: 'solved', attempt: 1, broken: 0 }], ends: [end('a')], queued: 0 },
  dispatchMs: [1, 2, 3, 4, 30, 3000],
  sandboxesLeft: 0,
  looks: 40,
  doubles: [],
  isSecretLogged: false,
};
const faults = (parts: Partial<CrashRun>) => reportOf({ ...good, ...parts }).faults;

test('a run in which everything ended once has no faults, and shows its latencies', () => {
  const report = reportOf(good);
  expect(report.faults).toEqual([]);
  expect(report.dispatch).toMatchObject({ count: 6, median_ms: 4, p99_ms: 3000 });
  expect(report.dispatch.histogram).toMatchObject({ '<= 5 ms': 4, '<= 50 ms': 1, '> 2000 ms': 1 });
  expect(crashTable([report, report])).toContain('| killed with -9 | 1 api | 1 api |');
});

test.each<[string, Partial<CrashRun>]>([
  ['lost', { seen: new Map() }],
  ['lost', { records: { ...good.records, jobs: [], ends: [] } }],
  ['another one', { seen: new Map([['a', seenAs('b')]]) }],
  ['another one', { seen: new Map([['a', seenAs('a', 'solved', 'other')]]) }],
  ['ended as failed', { seen: new Map([['a', seenAs('a', 'failed')]]) }],
  ['2 recorded ends', { records: { ...good.records, ends: [end('a'), end('a', 2)] } }],
  ['0 recorded ends', { records: { ...good.records, ends: [] } }],
  ['recorded as', { records: { ...good.records, ends: [end('a', 2)] } }],
  ['left in the queue', { records: { ...good.records, queued: 1 } }],
  ['two sandboxes', { doubles: ['a'] }],
  ['sandboxes are left', { sandboxesLeft: 1 }],
  ['password', { isSecretLogged: true }],
])('a fault is seen: %s', (what, parts) => {
  expect(faults(parts).join()).toContain(what);
});

test('a job that was lost five times may fail', () => {
  const jobs = [{ id: 'a', status: 'failed', attempt: 7, broken: 4 }];
  const records = { jobs, ends: [end('a', 7, 'failed')], queued: 0 };
  const report = reportOf({ ...good, seen: new Map([['a', seenAs('a', 'failed')]]), records });
  expect([report.faults, report.given_up]).toEqual([[], 1]);
});
