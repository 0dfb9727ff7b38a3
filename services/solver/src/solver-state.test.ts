import { expect, test } from '@jest/globals';
import { SolverState } from './solver-state.js';

test('tells changes of the name, and only those', () => {
  const state = new SolverState();
  const seen: string[] = [];
  const stop = state.onChange((name) => seen.push(name));
  state.setEngineLost(true);
  state.setEngineLost(true);
  state.setEngineLost(false);
  state.startDraining();
  state.setEngineLost(true);
  expect(seen).toEqual(['ENGINE_LOST', 'SERVING', 'DRAINING']);
  stop();
  expect(state.name).toBe('DRAINING');
});
