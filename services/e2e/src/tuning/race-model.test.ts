import { describe, expect, test } from '@jest/globals';
import { bestOrder, type Run, raceCost, score } from './race-model.js';

const rules = { lanes: 2, patience: 8, limit: 60 };
const solves = (seconds: number): Run => ({ decode: 0, seconds, solved: true });
const fails = (seconds: number): Run => ({ decode: 0, seconds, solved: false });
const runs = (of: Record<string, Run>) => new Map(Object.entries(of));

describe('the cost of a race', () => {
  test('is the time of the first solution, and what both lanes used until then', () => {
    const of = runs({ a: solves(3), b: solves(1), c: solves(0.1) });
    expect(raceCost(['a', 'b', 'c'], of, rules)).toEqual({ seconds: 1, cpu: 2, winner: 'b' });
  });

  test('lets the third recipe start where the first lane becomes free', () => {
    const of = runs({ a: fails(0.5), b: fails(9), c: solves(1) });
    expect(raceCost(['a', 'b', 'c'], of, rules)).toEqual({ seconds: 1.5, cpu: 3, winner: 'c' });
  });

  test('counts a recipe that does not solve only up to its patience', () => {
    const of = runs({ a: fails(20), b: fails(20), c: solves(1) });
    expect(raceCost(['a', 'b', 'c'], of, rules).seconds).toBe(9);
  });

  test('has the picture read once, and again only for what the first reading did not give', () => {
    const of = runs({ a: { ...fails(1), decode: 0.25 }, b: { ...solves(1), decode: 0.75 } });
    expect(raceCost(['a', 'b'], of, rules)).toEqual({ seconds: 1.75, cpu: 2.75, winner: 'b' });
  });

  test('is the limit when nothing solves, and of recipes that were not measured', () => {
    expect(raceCost(['a'], runs({ a: fails(1) }), rules)).toEqual({ seconds: 60, cpu: 120, winner: undefined });
    expect(raceCost(['z'], runs({}), rules).winner).toBeUndefined();
  });
});

describe('the best order', () => {
  const pictures = new Map([
    ['one', runs({ quick: solves(0.1), slow: solves(1), last: fails(0.2), useless: fails(9) })],
    ['two', runs({ quick: fails(0.1), slow: solves(1), last: fails(0.2), useless: fails(9) })],
    ['three', runs({ quick: fails(0.1), slow: fails(9), last: solves(2), useless: fails(9) })],
  ]);

  test('starts with the pair that goes well together, and ends when nothing more helps', () => {
    const order = bestOrder(['useless', 'last', 'slow', 'quick'], pictures, rules);
    expect(order.toSorted()).toEqual(['last', 'quick', 'slow']);
  });

  test('never costs more than its own first pair', () => {
    const order = bestOrder(['useless', 'last', 'slow', 'quick'], pictures, rules);
    expect(score(order, pictures, rules)).toBeLessThanOrEqual(score(order.slice(0, 2), pictures, rules));
  });

  test('of nothing is nothing', () => {
    expect(bestOrder(['a', 'b'], new Map(), rules)).toEqual([]);
  });
});
