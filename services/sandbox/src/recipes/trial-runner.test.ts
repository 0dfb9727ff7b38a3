import { sandboxJobSchema } from '@astrogate/proto/sandbox';
import { expect, test } from '@jest/globals';
import type { Engine } from '../engine/engine.js';
import type { StarList, StarLists } from './star-lists.js';
import { plannedTrials } from './trial.js';
import { TrialRunner } from './trial-runner.js';

const size = { width: 800, height: 600 };
const { signal } = new AbortController();
const job = sandboxJobSchema.parse({ hints: {}, limits: {}, maxPixels: 1e6, allowRaw: false });

/** A runner whose star lists come when they are told to; it finds no stars. */
function fakeRunner() {
  const { promise, resolve } = Promise.withResolvers<StarList>();
  const lists = { list: () => promise } as unknown as StarLists;
  const context = { lists, size, engine: {} as Engine, searchDir: () => '', progress: () => {}, onFirstList: () => {} };
  return { runner: new TrialRunner(context), listComes: () => resolve({ stars: [], searchOrder: [] }) };
}

test('a trial that still runs is not started a second time, and not told twice', async () => {
  const trials = plannedTrials({ ...size, format: 'IMAGE_FORMAT_JPEG' }, job);
  const first = trials[0];
  const again = trials[trials.length / 2];
  if (!first || !again) throw new Error('no trials');
  expect(again.recipe).toBe(first.recipe);
  const { runner, listComes } = fakeRunner();
  const both = [runner.run(first, signal), runner.run(again, signal)];
  listComes();
  expect(await Promise.all(both)).toEqual([undefined, undefined]);
  expect(runner.tried).toMatchObject([{ recipe: first.recipe.name, result: 'too few stars' }]);
});

test('the same recipe with another hint of the same kind is another trial, and told with its source', async () => {
  const scale = (source: string, low: number) => ({ source, scaleLow: low, scaleHigh: low * 1.1 });
  const guesses = [scale('HINT_SOURCE_HEADER', 1), scale('HINT_SOURCE_HEADER', 2)];
  const trials = plannedTrials({ ...size, format: 'IMAGE_FORMAT_JPEG' }, sandboxJobSchema.parse({ ...job, guesses }));
  const [first, , other] = trials;
  if (!first || !other) throw new Error('no trials');
  expect([other.recipe, other.hint.kind]).toEqual([first.recipe, first.hint.kind]);
  const { runner, listComes } = fakeRunner();
  listComes();
  await runner.run(first, signal);
  await runner.run(other, signal);
  expect(runner.tried).toMatchObject([
    { hint: 'scale', hintSource: 'HINT_SOURCE_HEADER' },
    { hint: 'scale', hintSource: 'HINT_SOURCE_HEADER' },
  ]);
});
