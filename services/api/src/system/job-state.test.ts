import { describe, expect, test } from '@jest/globals';
import {
  canCancel,
  hasEnded,
  type JobEvent,
  type JobState,
  mostTries,
  newState,
  nextOf,
  transition,
} from './job-state.js';
import type { PlanShape } from './plan.js';

/** Deterministic whole numbers in [0, below). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const events: JobEvent[] = [
  { type: 'begin', at: 7 },
  { type: 'done', seconds: 1 },
  { type: 'fail', seconds: 1, code: 'internal', detail: 'why' },
  { type: 'wait', commands: ['do'], why: 'because' },
  { type: 'go_on' },
  { type: 'cancel' },
];

interface Walk {
  readonly shape: PlanShape;
  readonly states: JobState[];
}

/** Any events in any order, as from crashes, operators and other apis at the worst moments. */
const walks = Array.from({ length: 400 }, (_, seed): Walk => {
  const below = generator(seed);
  const names = Array.from({ length: 1 + below(5) }, (_one, n) => `s${n}`);
  const shape = { names, noReturn: below(names.length + 1) };
  const states = [newState(shape)];
  for (let n = 0; n < 60; n++) {
    const next = transition(states.at(-1) as JobState, events[below(events.length)] as JobEvent, shape);
    if (next) states.push(next);
  }
  return { shape, states };
});
const everyState = walks.flatMap(({ shape, states }) => states.map((state) => ({ shape, state })));
const everyPair = walks.flatMap(({ shape, states }) =>
  states.slice(1).map((after, n) => ({ shape, before: states[n] as JobState, after })),
);

describe('whatever happens in whatever order (400 walks)', () => {
  test('all ends are reached', () => {
    const seen = new Set(everyState.map(({ state }) => state.status));
    expect([...seen].sort()).toEqual(['done', 'failed', 'queued', 'rolling_back', 'running', 'waiting_for_operator']);
  });

  test('an end is an end', () => {
    for (const { before } of everyPair) expect(hasEnded(before)).toBe(false);
  });

  test('a step that is never undone is never undone, and once begun the job goes only forward', () => {
    for (const { shape, state } of everyState) {
      const fixed = state.steps.slice(shape.noReturn);
      expect(fixed.some(({ isUndone, status }) => isUndone || status === 'undone' || status === 'failed')).toBe(false);
      if (fixed.some(({ startedAt }) => startedAt !== null)) expect(state.isGoingBack).toBe(false);
    }
  });

  test('done means that every step is done; failed means that nothing is left of any step that had begun', () => {
    for (const { state } of everyState) {
      if (state.status === 'done') expect(new Set(state.steps.map(({ status }) => status))).toEqual(new Set(['done']));
      if (state.status !== 'failed') continue;
      expect(state.failure).not.toBeNull();
      for (const { startedAt, isUndone, status } of state.steps)
        expect(startedAt === null ? status : isUndone).toBe(startedAt === null ? 'skipped' : true);
    }
  });

  test('steps begin in their order, each after the one before is done', () => {
    for (const { state } of everyState) {
      const begun = state.steps.map(({ startedAt }) => startedAt !== null);
      expect(begun).toEqual(begun.toSorted((one, other) => Number(other) - Number(one)));
      const last = begun.lastIndexOf(true);
      if (!state.isGoingBack && last > 0)
        expect(state.steps.slice(0, last).every(({ status }) => status === 'done')).toBe(true);
    }
  });

  test('undoing goes in reverse', () => {
    for (const { state } of everyState) {
      const left = state.steps.map(({ startedAt, isUndone }) => startedAt !== null && !isUndone);
      expect(left).toEqual(left.toSorted((one, other) => Number(other) - Number(one)));
    }
  });

  test('at most one step is running, and there is always something to do until the end', () => {
    for (const { state } of everyState) {
      expect(state.steps.filter(({ status }) => status === 'running').length).toBeLessThanOrEqual(1);
      const next = nextOf(state);
      expect(next.do === 'end').toBe(hasEnded(state));
      if ('at' in next) expect(state.steps[next.at]).toBeDefined();
      expect(state.wait === null).toBe(state.status !== 'waiting_for_operator');
    }
  });

  test('cancelling is taken exactly until the first step that is never undone begins, or when it goes back anyway', () => {
    for (const { shape, state } of everyState) {
      const isTaken = transition(state, { type: 'cancel' }, shape) !== undefined;
      expect(isTaken).toBe(!hasEnded(state) && (state.isGoingBack || canCancel(state, shape)));
    }
  });
});

const shape = { names: ['look', 'move', 'erase'], noReturn: 2 };
const happen = (...all: JobEvent[]) =>
  all.reduce((state, event) => transition(state, event, shape) ?? state, newState(shape));
const [begin, done, fail, wait, goOn, cancel] = events as [JobEvent, JobEvent, JobEvent, JobEvent, JobEvent, JobEvent];

test('the way without trouble', () => {
  const end = happen(begin, done, begin, done, begin, done);
  expect(end).toMatchObject({ status: 'done', failure: null });
});

test('a failure before the point of no return undoes what was done, the failed step included', () => {
  const failed = happen(begin, done, begin, fail);
  expect(failed).toMatchObject({ status: 'rolling_back', failure: { step: 'move', code: 'internal', detail: 'why' } });
  expect(nextOf(failed)).toEqual({ do: 'undo', at: 1 });
  const end = happen(begin, done, begin, fail, done, done);
  expect(end.steps.map(({ status }) => status)).toEqual(['undone', 'failed', 'skipped']);
  expect(end.status).toBe('failed');
});

test('a failure behind it is tried again, and after some tries a person is asked', () => {
  const behind = [begin, done, begin, done, begin];
  expect(happen(...behind, fail)).toMatchObject({ status: 'running', tries: 1 });
  const asked = happen(...behind, ...Array(mostTries).fill(fail));
  expect(asked).toMatchObject({ status: 'waiting_for_operator', wait: { commands: [], why: 'why' } });
  expect(happen(...behind, ...Array(mostTries).fill(fail), goOn, begin, done).status).toBe('done');
});

test('a job that waits goes on when told, and back when cancelled', () => {
  expect(happen(begin, wait)).toMatchObject({ status: 'waiting_for_operator', wait: { commands: ['do'] } });
  expect(happen(begin, wait, goOn)).toMatchObject({ status: 'running', wait: null });
  expect(happen(begin, wait, cancel)).toMatchObject({ status: 'rolling_back', failure: { code: 'cancelled' } });
});

test('a running step that is cancelled ends first; nothing after it begins', () => {
  const asked = happen(begin, done, begin, cancel);
  expect(asked).toMatchObject({ status: 'running', isCancelAsked: true });
  expect(happen(begin, done, begin, cancel, done, begin)).toMatchObject({ status: 'rolling_back' });
});

test('undoing that fails again and again waits for a person, and goes on backwards', () => {
  const stuck = happen(begin, fail, ...Array(mostTries).fill(fail));
  expect(stuck).toMatchObject({ status: 'waiting_for_operator', isGoingBack: true });
  expect(happen(begin, fail, ...Array(mostTries).fill(fail), goOn, done)).toMatchObject({ status: 'failed' });
});

test('a job that is cancelled before it began has done nothing', () => {
  expect(happen(cancel)).toMatchObject({ status: 'failed', failure: { code: 'cancelled', step: 'look' } });
});
