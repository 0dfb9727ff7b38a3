import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import type { Backup } from '../backup/backup.js';
import { isDue, makeDueBackup } from './schedule.js';
import type { NewOrder, SystemJobs } from './system-jobs.js';

const hour = 3_600_000;
const now = new Date(100 * hour);
const aged = (hours: number, more: Partial<Backup> = {}): Backup => ({
  ...{ id: 'b1', madeAt: new Date(now.getTime() - hours * hour), kind: 'manual', state: 'good', madeBy: 'x' },
  parts: ['database', 'files'],
  ...more,
});

test.each<[string, Backup[], boolean]>([
  ['there is none', [], true],
  ['the last one is old', [aged(24), aged(90)], true],
  ['there is a young one', [aged(23), aged(90)], false],
  ['the young one was made by itself', [aged(1, { kind: 'scheduled' })], false],
  ['the young one failed', [aged(1, { state: 'bad' })], true],
  ['the young one was sent by somebody', [aged(1, { kind: 'uploaded' })], true],
  ['the young one is that of a restore', [aged(1, { kind: 'safety' })], true],
  ['the young one has only Vault', [aged(1, { parts: ['vault'] })], true],
])('whether a backup is due when %s', (_when, backups, expected) => {
  expect(isDue(backups, 24 * hour, now)).toBe(expected);
});

const log = createLogger('api', 'silent');
const parts = (create: (order: NewOrder) => Promise<unknown>, backups: Backup[] = []) => ({
  jobs: { create } as unknown as Pick<SystemJobs, 'create'>,
  rows: { list: async () => backups },
  ...{ hasVault: true, everyMs: 24 * hour, now: () => now, log },
});

test('two apis that look at once mean the same backup', async () => {
  const orders: NewOrder[] = [];
  const given = parts(async (order) => orders.push(order), [aged(30)]);
  await Promise.all([makeDueBackup(given), makeDueBackup(given)]);
  expect(orders[0]).toMatchObject({
    kind: 'backup',
    actor: 'system',
    params: { kind: 'scheduled', app: true, vault: true },
  });
  expect(orders[0]?.once).toEqual(orders[1]?.once);
});

test('what stands in its way is left for the next look', async () => {
  for (const code of ['system_job_active', 'vault_sealed'] as const)
    await makeDueBackup(
      parts(async () => {
        throw new AstrogateError(code);
      }),
    );
  let isAsked = false;
  const ask = async () => {
    isAsked = true;
  };
  await makeDueBackup(parts(ask, [aged(1)]));
  expect(isAsked).toBe(false);
});
