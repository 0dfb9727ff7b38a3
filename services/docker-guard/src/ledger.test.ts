import { expect, test } from '@jest/globals';
import { Ledger } from './ledger.js';

const none = async () => 0;
const make = async () => 'id';

test('what was made is known until it is forgotten', async () => {
  const ledger = new Ledger({ maxContainers: 2, createsPerMinute: 9 });
  await ledger.create(0, none, make);
  expect([ledger.has('id'), ledger.has('other'), ledger.size]).toEqual([true, false, 1]);
  ledger.forget('id');
  expect([ledger.has('id'), ledger.size]).toEqual([false, 0]);
});

test('no more per minute than allowed, over any minute', async () => {
  const ledger = new Ledger({ maxContainers: 9, createsPerMinute: 2 });
  await ledger.create(0, none, make);
  await ledger.create(59_000, none, make);
  await expect(ledger.create(59_999, none, make)).rejects.toMatchObject({ status: 429 });
  await ledger.create(60_000, none, make);
  await expect(ledger.create(61_000, none, make)).rejects.toMatchObject({ status: 429 });
});

test('no more at once than allowed: those on the engine and those being made', async () => {
  const ledger = new Ledger({ maxContainers: 2, createsPerMinute: 99 });
  await expect(ledger.create(0, async () => 2, make)).rejects.toMatchObject({ status: 429 });
  const slow = Promise.withResolvers<string>();
  const first = ledger.create(
    0,
    async () => 1,
    () => slow.promise,
  );
  await expect(ledger.create(0, async () => 1, make)).rejects.toMatchObject({ status: 429 });
  slow.resolve('a');
  await first;
  await ledger.create(0, async () => 1, make);
  expect(ledger.size).toBe(2);
});

test('a create that fails holds no place', async () => {
  const ledger = new Ledger({ maxContainers: 1, createsPerMinute: 99 });
  await expect(ledger.create(0, none, async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await ledger.create(0, none, async () => undefined);
  expect(ledger.size).toBe(0);
  await ledger.create(0, none, make);
  expect(ledger.size).toBe(1);
});
