// What can happen to an admin job, as a pure function from a state and an event to the next state. It decides alone when
// a job goes forward, back, waits or ends; the runner only asks what to do next and tells what came of it.
import type { ErrorCode } from '@astrogate/proto';
import type { PlanShape } from './plan.js';

export type SystemJobStatus = 'queued' | 'running' | 'waiting_for_operator' | 'rolling_back' | 'done' | 'failed';
export type StepStatus = 'pending' | 'running' | 'done' | 'undone' | 'failed' | 'skipped';

export interface StepState {
  readonly name: string;
  readonly status: StepStatus;
  /** Milliseconds of the epoch when it first began; null: it has not. */
  readonly startedAt: number | null;
  /** How long the run took that ended it, or that it has taken before it failed. */
  readonly seconds: number | null;
  /** What it has noted last. */
  readonly note: string;
  /** It failed or was done, and has been undone. */
  readonly isUndone: boolean;
}

export interface Failure {
  readonly step: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface JobState {
  readonly status: SystemJobStatus;
  /** Where a job that waits for the operator goes on: forward, or back. */
  readonly isGoingBack: boolean;
  readonly steps: readonly StepState[];
  /** Failed tries of the present step, or of its undoing, since it began or since the operator told us to go on. */
  readonly tries: number;
  /** Cancelling was asked for and has not begun yet. */
  readonly isCancelAsked: boolean;
  /** Why it went back; null: it has not. */
  readonly failure: Failure | null;
  /** What the operator is to do; null: nothing. */
  readonly wait: { readonly commands: readonly string[]; readonly why: string } | null;
}

export type JobEvent =
  /** The next step, or the next undoing, is about to begin. Persisted before it does. */
  | { readonly type: 'begin'; readonly at: number }
  | { readonly type: 'done'; readonly seconds: number; readonly isSkipped?: boolean }
  | { readonly type: 'fail'; readonly seconds: number; readonly code: ErrorCode; readonly detail: string }
  | { readonly type: 'wait'; readonly commands: readonly string[]; readonly why: string }
  /** The operator, or a probe, says that it goes on. */
  | { readonly type: 'go_on' }
  | { readonly type: 'cancel' };

export type Next =
  | { readonly do: 'run' | 'undo'; readonly at: number }
  | { readonly do: 'wait' }
  /** Nothing: it has ended. */
  | { readonly do: 'end' };

/** Failed tries in a row after which a person should look. With the pauses between them they take about a minute. */
export const mostTries = 6;

export function newState({ names }: PlanShape): JobState {
  const step = { status: 'pending', startedAt: null, seconds: null, note: '', isUndone: false } as const;
  const steps = names.map((name) => ({ name, ...step }));
  return {
    ...{ status: 'queued', isGoingBack: false, steps, tries: 0 },
    ...{ isCancelAsked: false, failure: null, wait: null },
  };
}

export const hasEnded = ({ status }: Pick<JobState, 'status'>) => status === 'done' || status === 'failed';

/** What there is to do in this state. */
export function nextOf(state: JobState): Next {
  if (hasEnded(state)) return { do: 'end' };
  if (state.status === 'waiting_for_operator') return { do: 'wait' };
  return state.isGoingBack ? { do: 'undo', at: lastBegun(state) } : { do: 'run', at: firstLeft(state) };
}

/** Whether the job can still be cancelled: the first step that is never undone has not begun. */
export function canCancel(state: JobState, { noReturn }: PlanShape): boolean {
  return !hasEnded(state) && state.steps.every((step, at) => at < noReturn || step.startedAt === null);
}

/** The state after `event`; undefined: that cannot happen in this state, and nothing changes. */
export function transition(state: JobState, event: JobEvent, shape: PlanShape): JobState | undefined {
  const next = nextOf(state);
  switch (event.type) {
    case 'begin':
      return begin(state, next, event.at, shape);
    case 'done':
      if (next.do === 'run') return runDone(state, next.at, event);
      return next.do === 'undo' ? undone(state, next.at) : undefined;
    case 'fail':
      if (next.do === 'run') return runFailed(state, next.at, event, shape);
      return next.do === 'undo' ? tryAgain(state, event.detail) : undefined;
    case 'wait':
      if (next.do !== 'undo' && !(next.do === 'run' && isRunning(state, next.at))) return undefined;
      if (state.isCancelAsked && canCancel(state, shape)) return goBack(state, cancelled(state));
      return { ...state, status: 'waiting_for_operator', wait: { commands: event.commands, why: event.why } };
    case 'go_on':
      if (next.do !== 'wait') return undefined;
      return { ...state, status: state.isGoingBack ? 'rolling_back' : 'running', wait: null, tries: 0 };
    case 'cancel':
      return cancel(state, shape);
  }
}

function begin(state: JobState, next: Next, now: number, shape: PlanShape): JobState | undefined {
  if (next.do === 'undo') return state;
  if (next.do !== 'run') return undefined;
  if (state.isCancelAsked && canCancel(state, shape)) return goBack(state, cancelled(state));
  const running: JobState = { ...state, status: 'running' };
  return withStep(running, next.at, (step) => ({ ...step, status: 'running', startedAt: step.startedAt ?? now }));
}

function runDone(
  state: JobState,
  at: number,
  { seconds, isSkipped = false }: Extract<JobEvent, { type: 'done' }>,
): JobState | undefined {
  if (!isRunning(state, at)) return undefined;
  const status = isSkipped ? 'skipped' : 'done';
  const after = withStep({ ...state, tries: 0 }, at, (step) => ({ ...step, status, seconds }));
  return at === state.steps.length - 1 ? { ...after, status: 'done', isCancelAsked: false } : after;
}

/** Before the point of no return one failure is enough to go back; from there on the step is tried again. */
function runFailed(
  state: JobState,
  at: number,
  { seconds, code, detail }: Extract<JobEvent, { type: 'fail' }>,
  shape: PlanShape,
): JobState | undefined {
  if (!isRunning(state, at)) return undefined;
  if (!canCancel(state, shape)) return tryAgain(state, detail);
  const step = state.steps[at]?.name ?? '';
  const failure = state.isCancelAsked ? cancelled(state) : { step, code, detail };
  return goBack(
    withStep(state, at, (one) => ({ ...one, status: 'failed', seconds })),
    failure,
  );
}

function tryAgain(state: JobState, why: string): JobState {
  const tries = state.tries + 1;
  if (tries < mostTries) return { ...state, tries };
  return { ...state, tries, status: 'waiting_for_operator', wait: { commands: [], why } };
}

function undone(state: JobState, at: number): JobState {
  const after = withStep({ ...state, tries: 0 }, at, (step) => ({
    ...step,
    status: step.status === 'failed' ? 'failed' : 'undone',
    isUndone: true,
  }));
  return lastBegun(after) === -1 ? failed(after) : after;
}

/** Who asks again, or while it is going back anyway, has it. */
function cancel(state: JobState, shape: PlanShape): JobState | undefined {
  if (state.isGoingBack && !hasEnded(state)) return state;
  if (!canCancel(state, shape)) return undefined;
  const isBusy = state.status === 'running' && state.steps.some(({ status }) => status === 'running');
  return isBusy ? { ...state, isCancelAsked: true } : goBack(state, cancelled(state));
}

function cancelled(state: JobState): Failure {
  const at = Math.min(firstLeft(state), state.steps.length - 1);
  return { step: state.steps[at]?.name ?? '', code: 'cancelled', detail: 'It was cancelled' };
}

function goBack(state: JobState, failure: Failure): JobState {
  const back = { ...state, isGoingBack: true, isCancelAsked: false, failure, tries: 0, wait: null };
  return lastBegun(back) === -1 ? failed(back) : { ...back, status: 'rolling_back' };
}

function failed(state: JobState): JobState {
  const steps = state.steps.map((step) => (step.startedAt === null ? { ...step, status: 'skipped' as const } : step));
  return { ...state, status: 'failed', steps };
}

const isRunning = ({ steps }: JobState, at: number) => steps[at]?.status === 'running';
const firstLeft = ({ steps }: JobState) =>
  steps.findIndex(({ status }) => status === 'pending' || status === 'running');
/** The last step that may have had an effect which is still there; -1: none. */
const lastBegun = ({ steps }: JobState) => steps.findLastIndex((step) => step.startedAt !== null && !step.isUndone);

function withStep(state: JobState, at: number, change: (step: StepState) => StepState): JobState {
  return { ...state, steps: state.steps.map((step, n) => (n === at ? change(step) : step)) };
}

/** The present step with what it has noted. */
export function withNote(state: JobState, note: string): JobState {
  const next = nextOf(state);
  return 'at' in next ? withStep(state, next.at, (step) => ({ ...step, note })) : state;
}
