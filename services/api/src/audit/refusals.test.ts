import { expect, test } from '@jest/globals';
import { FakeAuditStore } from '../../test-support/fake-audit-store.js';
import { recordLog } from '../../test-support/recorded-log.js';
import { ProcessLimits } from '../limits/process-limits.js';
import type { AuditAct } from './audit.js';
import { Refusals } from './refusals.js';

const refused = (address: string): AuditAct => ({
  ...{ act: 'request.refused', actor: 'anonymous', address, target: 'GET /x', result: 'refused', requestId: 'r' },
  detail: { code: 'unauthenticated' },
});

function setUp() {
  const clock = { ms: 0 };
  const audit = new FakeAuditStore();
  const recorded = recordLog();
  const limits = new ProcessLimits(() => clock.ms);
  return { clock, audit, recorded, refusals: new Refusals({ audit, log: recorded.log, limits }) };
}

test('who is refused all the time fills no log, and the next row says how many were left out', async () => {
  const { clock, audit, refusals } = setUp();
  for (let i = 0; i < 5_000; i++) await refusals.record(refused('192.0.2.7'), 'seven');
  expect(audit.rows).toHaveLength(10);
  await refusals.record(refused('192.0.2.8'), 'eight');
  expect(audit.rows.at(-1)?.detail).toEqual({ code: 'unauthenticated', untold_before: 4_990 });
  clock.ms = 60_000;
  await refusals.record(refused('192.0.2.7'), 'seven');
  expect(audit.rows).toHaveLength(12);
  expect(audit.rows.at(-1)?.detail).toEqual({ code: 'unauthenticated' });
});

test('nor do as many addresses as somebody can have', async () => {
  const { audit, refusals } = setUp();
  for (let i = 0; i < 5_000; i++) await refusals.record(refused('192.0.2.7'), `asker ${i}`);
  expect(audit.rows).toHaveLength(600);
});

test('a refusal that cannot be recorded is a refusal all the same, and is counted', async () => {
  const { audit, refusals, recorded } = setUp();
  audit.check = async () => {
    throw new Error('away');
  };
  await refusals.record(refused('192.0.2.7'), 'seven');
  expect(recorded.text()).toContain('not in the audit log');
  audit.check = async () => {};
  await refusals.record(refused('192.0.2.7'), 'seven');
  expect(audit.rows.map(({ detail }) => detail)).toEqual([{ code: 'unauthenticated', untold_before: 1 }]);
});
