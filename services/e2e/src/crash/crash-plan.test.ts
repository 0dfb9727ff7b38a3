import { expect, test } from '@jest/globals';
import { killsBefore, planKills } from './crash-plan.js';

test('the same seed gives the same plan, another one another', () => {
  const plan = (seed: number) => planKills(['api', 'solver'], 3, 100, seed);
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('everybody is killed as often as asked for, while jobs are left, in order', () => {
  for (let seed = 0; seed < 50; seed++) {
    const plan = planKills(['api', 'solver', 'database'], 2, 12, seed);
    expect(plan.map(({ victim }) => victim).sort()).toEqual(['api', 'api', 'database', 'database', 'solver', 'solver']);
    expect(plan.every(({ afterEnds }) => afterEnds >= 0 && afterEnds < 11)).toBe(true);
    expect(plan.map(({ afterEnds }) => afterEnds)).toEqual(
      plan.map(({ afterEnds }) => afterEnds).sort((a, b) => a - b),
    );
  }
});

test('no kill waits for jobs that wait for a kill', () => {
  for (const [jobs, each] of [
    [12, 1],
    [100, 4],
    [7, 2],
  ] as const) {
    for (let seed = 0; seed < 30; seed++) {
      const plan = planKills(['api', 'solver', 'everything'], each, jobs, seed);
      const handedIn = (killed: number) =>
        Array.from({ length: jobs }, (_, index) => index).filter(
          (index) => killsBefore(index, jobs, plan.length) <= killed,
        ).length;
      for (const [killed, { afterEnds }] of plan.entries()) expect(handedIn(killed)).toBeGreaterThanOrEqual(afterEnds);
      expect(handedIn(plan.length)).toBe(jobs);
    }
  }
});
