import { createLogger } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { SolverState } from '../solver-state.js';
import { watchEngine } from './engine-watch.js';
import { LiveSandboxes } from './live-sandboxes.js';

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
      isSweepDue: () => false,
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
      isSweepDue: () => false,
      state,
      log: createLogger('test', 'silent'),
      checkMs: 1,
    },
    stop.signal,
  );
  expect([pings, state.name]).toEqual([4, 'SERVING']);
});

test('a sandbox that was left behind is swept at the next look, not at the next regular sweep', async () => {
  const stop = new AbortController();
  const live = new LiveSandboxes();
  live.leave('a'.repeat(32));
  let sweeps = 0;
  await watchEngine(
    {
      ping: async () => {},
      // A fake sweep that fails once.
      sweep: async () => {
        sweeps += 1;
        if (sweeps === 1) throw new Error('reset');
        live.forgetLeft();
        stop.abort();
      },
      isSweepDue: () => live.hasLeft,
      state: new SolverState(),
      log: createLogger('test', 'silent'),
      checkMs: 1,
    },
    stop.signal,
  );
  expect(sweeps).toBe(2);
});
