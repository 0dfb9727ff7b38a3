import { expect, test } from '@jest/globals';
import { afterWarmUp, growthOf, isWithin, type Sample } from './slopes.js';
import { byteTolerance, fdTolerance } from './soak-report.js';

const life = (pid: number, values: readonly number[], every = 20): Sample[] =>
  values.map((value, at) => ({ pid, jobs: at * every, value }));
const tolerance = { slope: 0.05, most: 8 };

test('a leak of one in ten jobs is seen, through noise', () => {
  const noise = [0, 1, -1, 2, 0, -2, 1, 0, 1, -1];
  const leaking = growthOf(
    life(
      1,
      noise.map((value, at) => 30 + value + at * 2),
    ),
  );
  expect(leaking.slope).toBeCloseTo(0.1, 2);
  expect(isWithin(leaking, tolerance)).toBe(false);
  const steady = growthOf(
    life(
      1,
      noise.map((value) => 30 + value),
    ),
  );
  expect(isWithin(steady, tolerance)).toBe(true);
});

test('processes are not compared with each other', () => {
  const growth = growthOf([...life(1, [30, 30, 31]), ...life(2, [60, 60, 59])]);
  expect(growth.slope).toBeLessThan(0.05);
  expect(growth.most).toBe(1);
});

test('one step is no slope, and no sample is none', () => {
  expect(isWithin(growthOf(life(1, [30, 60, 60, 60, 60, 60, 60])), tolerance)).toBe(true);
  expect(growthOf([])).toEqual({ samples: [], slope: 0, most: 0, longest: 0 });
});

test.each([
  ['descriptors, one in ten jobs', fdTolerance, 0.1],
  ['memory, an eighth of a picture', byteTolerance, 100_000],
])('the tolerances of the soak show a leak of %s, in the 160 jobs after the last kill', (_what, allowed, perJob) => {
  const leaking = growthOf(
    life(
      1,
      Array.from({ length: 8 }, (_, at) => at * 20 * perJob),
    ),
  );
  expect(isWithin(leaking, allowed)).toBe(false);
});

test('of few samples only what is more than a busy moment needs is told', () => {
  expect(isWithin(growthOf(life(1, [0, 7])), tolerance)).toBe(true);
  expect(isWithin(growthOf(life(1, [0, 9])), tolerance)).toBe(false);
});

test('samples of a process that still warms up are left out, of each process its own', () => {
  const samples = [...life(1, [1, 2, 3, 4, 5]), ...life(2, [6, 7, 8]).map((one) => ({ ...one, jobs: one.jobs + 100 }))];
  expect(afterWarmUp(samples, 60).map(({ value }) => value)).toEqual([4, 5]);
  expect(afterWarmUp(samples, 40).map(({ value }) => value)).toEqual([3, 4, 5, 8]);
});
