import { expect, test } from '@jest/globals';
import { nextRound } from './rounds.js';

interface Entry {
  caller: string;
  round: number;
  order: number;
}

/** A queue that serves as the database does: lowest round first, then the oldest. */
class Model {
  readonly waiting: Entry[] = [];
  readonly taken: Entry[] = [];
  #order = 0;

  add(caller: string): void {
    const own = [...this.waiting, ...this.taken].filter((entry) => entry.caller === caller);
    const rounds = {
      lowestWaiting: lowest(this.waiting.map(({ round }) => round)),
      highestTaken: highest(this.taken.map(({ round }) => round)),
      lastOfCaller: highest(own.map(({ round }) => round)),
    };
    this.waiting.push({ caller, round: nextRound(rounds), order: this.#order++ });
  }

  serve(): Entry | undefined {
    this.waiting.sort((a, b) => a.round - b.round || a.order - b.order);
    const next = this.waiting.shift();
    if (next) this.taken.push(next);
    return next;
  }

  end(): void {
    this.taken.shift();
  }
}

const lowest = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.min(...numbers));
const highest = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.max(...numbers));

/** Numbers from 0 to below 1, the same for the same seed (Lehmer, modulus 2^31 - 1). */
function random(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test.each([...Array(20).keys()])('while somebody waits, nobody gets more than one turn more (seed %i)', (seed) => {
  const next = random(seed);
  const model = new Model();
  const callers = ['a', 'b', 'c', 'd'];
  for (let i = 0; i < 40; i++) model.add('a');
  /** How often each caller was served since this one began to wait without being served. */
  const since = new Map<string, Map<string, number>>();
  let most = 0;
  for (let step = 0; step < 1000; step++) {
    const dice = next();
    if (dice < 0.4) model.add(callers[Math.floor(next() ** 2 * callers.length)] as string);
    else if (dice < 0.6) model.end();
    else {
      const served = model.serve();
      if (!served) continue;
      since.delete(served.caller);
      for (const turns of since.values()) turns.set(served.caller, (turns.get(served.caller) ?? 0) + 1);
    }
    const waiting = new Set(model.waiting.map(({ caller }) => caller));
    for (const caller of callers) {
      if (!waiting.has(caller)) since.delete(caller);
      else if (!since.has(caller)) since.set(caller, new Map());
      for (const turns of since.get(caller)?.values() ?? []) most = Math.max(most, turns);
    }
  }
  // One turn of the round that is being served, and one of the round after it.
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2);
});

test('five hundred frames of one caller leave the next place to another', () => {
  const model = new Model();
  for (let i = 0; i < 500; i++) model.add('many');
  for (let i = 0; i < 10; i++) model.serve();
  model.add('one');
  const next = [model.serve(), model.serve()].map((entry) => entry?.caller);
  expect(next).toContain('one');
});

test('what a caller has cancelled does not count against the caller', () => {
  expect(nextRound({ lowestWaiting: 7, highestTaken: 6, lastOfCaller: undefined })).toBe(7);
});

test('rounds begin again at 0 when nobody waits and nothing runs', () => {
  expect(nextRound({ lowestWaiting: undefined, highestTaken: undefined, lastOfCaller: undefined })).toBe(0);
});
