import { createLogger } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { SolverState } from '../solver-state.js';
import { watchEngine } from './engine-watch.js';

test('a lost engine changes the state, and its return sweeps before the state says so', async () => {
  const state = new SolverState();
  const seen: string[] = [];
  const stop = new AbortController();
  const answers = [true, false, false, true];
  state.onChange((name) => {
    seen.push(name);
    if (name === 'SERVING') stop.abort();
  });
  await watchEngine(
    {
      // A fake engine that answers, falls silent twice, and answers again.
      ping: async () => {
        if (answers.shift() === false) throw new Error('gone');
      },
      sweep: async () => {
        seen.push('sweep');
      },
      state,
      log: createLogger('test', 'silent'),
      checkMs: 1,
    },
    stop.signal,
  );
  expect(seen).toEqual(['ENGINE_LOST', 'sweep', 'SERVING']);
});

test('a sweep that fails ends nothing', async () => {
  const state = new SolverState();
  const stop = new AbortController();
  let pings = 0;
  await watchEngine(
    {
      ping: async () => {
        pings += 1;
        if (pings === 1) throw new Error('gone');
        if (pings === 4) stop.abort();
      },
      sweep: async () => {
        throw new Error('no list');
      },
      state,
      log: createLogger('test', 'silent'),
      checkMs: 1,
    },
    stop.signal,
  );
  expect([pings, state.name]).toEqual([4, 'SERVING']);
});
