import { expect, test } from '@jest/globals';
import { planKills } from './crash-plan.js';

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
