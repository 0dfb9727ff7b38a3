import { setImmediate as turn } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { chance } from '../../test/chance.js';
import { Admission, type Permit } from './admission.js';

const never = new AbortController().signal;
const codeOf = (error: unknown) => (error as AstrogateError).code;

test('lets as many run as there are slots, and the next one when a slot comes free', async () => {
  const admission = new Admission({ slots: 1, maxWaiting: 2, maxWaitMs: 60_000 });
  const first = await admission.admit(never);
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    using permit = await admission.admit(never);
    order.push(number);
    return permit.waitedBehind;
  });
  await turn();
  expect([admission.running, admission.waiting]).toEqual([1, 2]);
  first[Symbol.dispose]();
  expect(await Promise.all(waiting)).toEqual([0, 1]);
  expect(order).toEqual([1, 2]);
  expect([admission.running, admission.waiting]).toEqual([0, 0]);
});

test('refuses at once when slots and queue are full', async () => {
  const admission = new Admission({ slots: 1, maxWaiting: 0, maxWaitMs: 60_000 });
  await admission.admit(never);
  await expect(admission.admit(never)).rejects.toMatchObject({ code: 'busy' });
});

test('refuses after the longest wait', async () => {
  const admission = new Admission({ slots: 1, maxWaiting: 1, maxWaitMs: 5 });
  await admission.admit(never);
  await expect(admission.admit(never)).rejects.toMatchObject({ code: 'busy' });
  expect(admission.waiting).toBe(0);
});

test('a waiter that gives up leaves the queue and takes no slot with it', async () => {
  const admission = new Admission({ slots: 1, maxWaiting: 5, maxWaitMs: 60_000 });
  const first = await admission.admit(never);
  const leaver = new AbortController();
  const left = admission.admit(leaver.signal);
  const stayed = admission.admit(never);
  leaver.abort(new AstrogateError('cancelled'));
  // In the same turn, so that the slot must not go to the one that has just left.
  first[Symbol.dispose]();
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  (await stayed)[Symbol.dispose]();
  expect(admission.running).toBe(0);
});

test('a permit given back twice frees one slot', async () => {
  const admission = new Admission({ slots: 2, maxWaiting: 0, maxWaitMs: 60_000 });
  const permit = await admission.admit(never);
  await admission.admit(never);
  permit[Symbol.dispose]();
  permit[Symbol.dispose]();
  expect(admission.running).toBe(1);
});

test('closing refuses whoever waits and whoever comes, and takes no permit away', async () => {
  const admission = new Admission({ slots: 1, maxWaiting: 5, maxWaitMs: 60_000 });
  const permit = await admission.admit(never);
  const waiting = admission.admit(never);
  admission.close();
  await expect(waiting).rejects.toMatchObject({ code: 'draining' });
  await expect(admission.admit(never)).rejects.toMatchObject({ code: 'draining' });
  expect(admission.running).toBe(1);
  permit[Symbol.dispose]();
  expect(admission.running).toBe(0);
});

describe.each(Array.from({ length: 20 }, (_, seed) => seed))('seed %i', (seed) => {
  test('permits are conserved whatever comes, waits, leaves and ends', async () => {
    const next = chance(seed);
    const limits = { slots: 1 + Math.floor(next() * 4), maxWaiting: Math.floor(next() * 5), maxWaitMs: 60_000 };
    const admission = new Admission(limits);
    const held: Permit[] = [];
    const leavers: AbortController[] = [];
    const codes: string[] = [];
    const all: Promise<void>[] = [];
    for (let step = 0; step < 200; step += 1) {
      const dice = next();
      if (dice < 0.5) {
        const leaver = new AbortController();
        leavers.push(leaver);
        all.push(
          admission.admit(leaver.signal).then(
            (permit) => void held.push(permit),
            (error) => void codes.push(codeOf(error)),
          ),
        );
      } else if (dice < 0.7)
        leavers.splice(Math.floor(next() * leavers.length), 1)[0]?.abort(new AstrogateError('cancelled'));
      else held.splice(Math.floor(next() * held.length), 1)[0]?.[Symbol.dispose]();
      if (next() < 0.5) await turn();
      const isSound = admission.running <= limits.slots && admission.waiting <= limits.maxWaiting;
      if (!isSound || held.length > admission.running) throw new Error(`unsound after step ${step}`);
    }
    while (admission.running > 0) {
      await turn();
      for (const permit of held.splice(0)) permit[Symbol.dispose]();
    }
    await Promise.all(all);
    expect([admission.running, admission.waiting, held.length]).toEqual([0, 0, 0]);
    expect(codes.every((code) => code === 'busy' || code === 'cancelled')).toBe(true);
    const permits = await Promise.all(Array.from({ length: limits.slots }, () => admission.admit(never)));
    expect(permits).toHaveLength(limits.slots);
  });
});
