import { expect, test } from '@jest/globals';
import type { Receiver } from './delivery-store.js';
import { chooseDeliveries, fullness } from './sending-limits.js';

const to = (host: string, callerKey = host): Receiver => ({ host, callerKey });
const many = (count: number, make: (n: number) => Receiver) => Array.from({ length: count }, (_, n) => make(n));

test('one host gets four at a time, whoever asks, and others are not kept behind it', () => {
  const due = [...many(100, (n) => to('slow', `caller${n}`)), to('quick')];
  const chosen = chooseDeliveries(due, []);
  expect(chosen.map(({ host }) => host)).toEqual(['slow', 'slow', 'slow', 'slow', 'quick']);
  expect(chooseDeliveries(due, chosen).map(({ host }) => host)).toEqual(['quick']);
});

test('one caller gets half of all, with however many hosts', () => {
  const due = [...many(100, (n) => to(`${n}.slow`, 'one')), to('quick', 'another')];
  const chosen = chooseDeliveries(due, []);
  expect(chosen).toHaveLength(17);
  expect(chosen.at(-1)?.callerKey).toBe('another');
});

test('no more than 32 are under way in all', () => {
  const due = many(100, (n) => to(`host${n}`));
  const chosen = chooseDeliveries(
    due,
    many(5, (n) => to(`other${n}`)),
  );
  expect(chosen).toEqual(due.slice(0, 27));
  expect(
    chooseDeliveries(
      due,
      many(32, (n) => to(`other${n}`)),
    ),
  ).toEqual([]);
});

test('who is full is told by name', () => {
  const sending = [...many(4, (n) => to('slow', `caller${n}`)), ...many(16, (n) => to(`${n}.slow`, 'one'))];
  expect(fullness(sending)).toEqual({ all: false, hosts: ['slow'], callers: ['one'] });
  expect(fullness([])).toEqual({ all: false, hosts: [], callers: [] });
});
