import { describe, expect, test } from '@jest/globals';
import { chooseSolver, isServing, presentLoad, type Standing } from './choose-solver.js';

/** Deterministic whole numbers in [0, below). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function anyStanding(below: (n: number) => number): Standing {
  const inFlightThen = below(6);
  const report = { accepting: below(4) > 0, slots: 1 + below(16), load: inFlightThen + below(8), inFlightThen };
  return { report: below(5) === 0 ? undefined : report, inFlight: below(12), lastChosen: below(1000) };
}

const idle = (slots: number, lastChosen = 0): Standing => ({
  report: { accepting: true, slots, load: 0, inFlightThen: 0 },
  inFlight: 0,
  lastChosen,
});

const free = (standing: Standing) => Math.max(0, (standing.report?.slots ?? 0) - presentLoad(standing));

describe('of any pool (2000 of them)', () => {
  const pools = Array.from({ length: 2000 }, (_, seed) => {
    const below = generator(seed);
    return Array.from({ length: below(7) }, () => anyStanding(below));
  });

  test('one that serves is chosen exactly when there is one', () => {
    for (const pool of pools) {
      const at = chooseSolver(pool);
      expect(at !== undefined).toBe(pool.some(isServing));
      if (at !== undefined) expect(isServing(pool[at] as Standing)).toBe(true);
    }
  });

  test('no other that serves has more free slots', () => {
    for (const pool of pools) {
      const chosen = pool[chooseSolver(pool) ?? -1];
      if (chosen) expect(free(chosen)).toBe(Math.max(...pool.filter(isServing).map(free)));
    }
  });

  test('the choice does not depend on the order, but among equals', () => {
    for (const pool of pools) {
      const [one, other] = [pool, [...pool].reverse()].map((order) => order[chooseSolver(order) ?? -1]);
      expect([one && free(one), one?.lastChosen]).toEqual([other && free(other), other?.lastChosen]);
    }
  });

  test('attempts given one by one fill every slot before any solver has a queue', () => {
    for (const pool of pools) {
      const serving = pool.filter(isServing).map((standing) => ({ ...standing }));
      const slots = serving.reduce((sum, standing) => sum + free(standing), 0);
      const queuesBefore = serving.reduce((sum, one) => sum + Math.max(0, presentLoad(one) - slotsOf(one)), 0);
      for (let n = 1; n <= slots; n++) {
        const at = chooseSolver(serving) as number;
        serving[at] = { ...(serving[at] as Standing), lastChosen: 1000 + n, inFlight: inFlight(serving[at]) + 1 };
      }
      const queues = serving.reduce((sum, one) => sum + Math.max(0, presentLoad(one) - slotsOf(one)), 0);
      expect(queues).toBe(queuesBefore);
      expect(serving.every((standing) => free(standing) === 0)).toBe(true);
    }
  });
});

const slotsOf = ({ report }: Standing) => report?.slots ?? 0;
const inFlight = (standing: Standing | undefined) => standing?.inFlight ?? 0;

test('equals take turns', () => {
  expect(chooseSolver([idle(2, 7), idle(2, 3), idle(2, 5)])).toBe(1);
});

test('what other api processes have there counts, what this one had when it asked does not count twice', () => {
  const report = { accepting: true, slots: 4, load: 3, inFlightThen: 2 };
  expect(presentLoad({ report, inFlight: 2, lastChosen: 0 })).toBe(3);
  expect(presentLoad({ report, inFlight: 0, lastChosen: 0 })).toBe(1);
  expect(presentLoad({ report: { ...report, load: 0 }, inFlight: 1, lastChosen: 0 })).toBe(1);
});

test('when all slots are taken, the queue that is shorter for its solver gets the attempt', () => {
  const full = (slots: number, inFlight: number): Standing => ({ ...idle(slots), inFlight });
  expect(chooseSolver([full(2, 4), full(16, 20)])).toBe(1);
  expect(chooseSolver([full(2, 3), full(16, 40)])).toBe(0);
});
