import { expect, test } from '@jest/globals';
import type { Backup } from './backup.js';
import { outdatedBackups } from './retention.js';

const now = new Date('2026-01-31T00:00:00Z');
const aged = (days: number, parts: Partial<Backup> = {}): Backup => ({
  id: `${days}`,
  madeAt: new Date(now.getTime() - days * 86_400_000),
  kind: 'scheduled',
  state: 'good',
  parts: ['database'],
  madeBy: 'me',
  ...parts,
});
const rule = { newest: 2, days: 7 };

test('the newest and the young are kept, whatever the order they come in', () => {
  const backups = [30, 1, 8, 3, 20].map((days) => aged(days));
  expect(outdatedBackups(backups, rule, now).sort()).toEqual(['20', '30', '8']);
  expect(outdatedBackups([aged(10), aged(20), aged(30)], rule, now)).toEqual(['30']);
  expect(outdatedBackups([], rule, now)).toEqual([]);
});

test('the last good one is never deleted', () => {
  const backups = [aged(100), aged(9, { state: 'bad' }), aged(8, { state: 'making' })];
  expect(outdatedBackups(backups, { newest: 0, days: 0 }, now)).toEqual(['9']);
});

test('a bad one keeps no good one from being kept', () => {
  const bad = [1, 2, 3].map((days) => aged(days, { state: 'bad' }));
  expect(outdatedBackups([...bad, aged(20), aged(30), aged(40)], rule, now)).toEqual(['40']);
});

test('each group and each part is counted by itself', () => {
  const backups = [
    ...[1, 2, 3].map((days) => aged(days, { parts: ['vault'] })),
    ...[4, 5].map((days) => aged(days, { kind: 'uploaded' })),
    ...[aged(6, { kind: 'safety' }), aged(7, { kind: 'manual' }), aged(8, { kind: 'safety' }), aged(9)],
  ];
  expect(outdatedBackups(backups, { newest: 1, days: 0 }, now)).toEqual(['2', '3', '5', '8', '9']);
});

test('one that a restore would go back to is kept', () => {
  const backups = [aged(1), aged(2), aged(50, { kind: 'safety', neededBy: 'r' }), aged(60, { kind: 'safety' })];
  expect(outdatedBackups(backups, { newest: 1, days: 0 }, now)).toEqual(['2', '60']);
});
