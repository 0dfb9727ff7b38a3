import { sandboxJobSchema } from '@astrogate/proto/sandbox';
import { describe, expect, test } from '@jest/globals';
import type { PictureKind } from './guesses.js';
import { lanes, type PlannedTrial, plannedTrials } from './trial.js';

const picture: PictureKind = { format: 'IMAGE_FORMAT_JPEG', width: 800, height: 600 };
const plan = (hints: object, guesses: object[] = [], maxSeconds = 120) =>
  plannedTrials(
    picture,
    sandboxJobSchema.parse({ hints, guesses, limits: { maxSeconds }, maxPixels: 1e6, allowRaw: false }),
  );
const blindOnly = (trials: PlannedTrial[]) => trials.filter(({ hint }) => hint.kind === 'none');
const narrowOnly = (trials: PlannedTrial[]) => trials.filter(({ hint }) => hint.kind !== 'none');
const laneSeconds = (trials: PlannedTrial[]) =>
  trials.reduce((sum, { patienceSeconds }) => sum + patienceSeconds, 0) / lanes;

const caller = { scaleLow: 1, scaleHigh: 2, ra: 1, dec: 2, radius: 3, parity: 'PARITY_NORMAL' };
const header = { source: 'HINT_SOURCE_HEADER', scaleLow: 5, scaleHigh: 7, ra: 10, dec: 20, radius: 10 };
const learned = { source: 'HINT_SOURCE_LEARNED', scaleLow: 3, scaleHigh: 4, ra: 1, dec: 1, radius: 3, picture };
const everything = [header, learned, { ...learned, scaleLow: 3.5 }];

describe('blind trials', () => {
  test('try every recipe, first with little patience, then with a share of the rest', () => {
    const trials = plan({});
    const half = trials.length / 2;
    expect(half).toBeGreaterThan(4);
    expect(blindOnly(trials)).toEqual(trials);
    const patience = trials.map(({ patienceSeconds }) => patienceSeconds);
    expect(new Set(patience.slice(0, half))).toEqual(new Set([5]));
    expect(Math.min(...patience.slice(half))).toBeGreaterThan(5);
    expect(trials.map(({ tunes }) => tunes)).toEqual(trials.map((_, index) => index >= half));
    expect(trials.slice(half).map(({ recipe }) => recipe)).toEqual(trials.slice(0, half).map(({ recipe }) => recipe));
  });

  test('are the same whatever is guessed', () => {
    expect(blindOnly(plan(caller, everything))).toEqual(plan({}));
  });

  test.each([40, 120, 600])('fit a limit of %d seconds, or are as short as they can be', (maxSeconds) => {
    expect(laneSeconds(plan({}, [], maxSeconds))).toBeLessThan(Math.max(maxSeconds, 60));
  });
});

describe('narrow trials', () => {
  const first = (trials: PlannedTrial[]) =>
    trials.slice(
      0,
      trials.findIndex(({ hint }) => hint.kind === 'none'),
    );
  const names = (trials: PlannedTrial[]) =>
    trials.map(({ hint, recipe }) => [hint.source.slice(12), hint.kind, recipe.name.split(' ')[0]].join(' '));

  test('come first, the best guess with both recipes, then its scale alone', () => {
    expect(names(first(plan(caller, [header])))).toEqual([
      'CALLER scale+position source-extractor',
      'CALLER scale+position peaks',
      'CALLER scale source-extractor',
      'CALLER scale peaks',
      'HEADER scale+position source-extractor',
      'HEADER scale+position peaks',
      'HEADER scale source-extractor',
      'HEADER scale peaks',
    ]);
  });

  test('of a rig look at its last position in one lane and at the whole sky in the other', () => {
    expect(names(first(plan({}, [learned])))).toEqual([
      'LEARNED scale+position source-extractor',
      'LEARNED scale peaks',
      'LEARNED scale source-extractor',
      'LEARNED scale+position peaks',
    ]);
  });

  test('stand before the blind trial of every recipe, since its star list is made then', () => {
    const trials = plan(caller);
    const recipes = new Set(trials.map(({ recipe }) => recipe.name));
    for (const name of recipes) {
      const ofRecipe = trials.filter(({ recipe }) => recipe.name === name);
      expect(ofRecipe[0]?.hint).toMatchObject({ source: 'HINT_SOURCE_CALLER', kind: 'scale+position' });
    }
  });

  test("are tried with more patience where the caller says so, before the blind ones' second turn", () => {
    const trials = plan({ ra: 1, dec: 2, radius: 3 });
    const patient = trials.findIndex(({ hint, patienceSeconds }) => hint.kind !== 'none' && patienceSeconds === 5);
    expect(patient).toBeGreaterThan(0);
    expect(blindOnly(trials.slice(0, patient))).toHaveLength(blindOnly(trials).length / 2);
  });

  test.each([1, 5, 20, 120])('take at most two seconds each and a quarter of %d seconds before the blind ones', (s) => {
    const trials = first(plan(caller, everything, s));
    expect(Math.max(...trials.map(({ patienceSeconds }) => patienceSeconds))).toBeLessThanOrEqual(2);
    expect(laneSeconds(trials)).toBeLessThanOrEqual(s / 4);
  });

  test('and all others are no more than the outcome can tell', () => {
    expect(plan(caller, everything).length).toBeLessThanOrEqual(50);
    expect(narrowOnly(plan(caller, everything)).length).toBeGreaterThan(16);
  });
});
