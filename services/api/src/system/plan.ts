// What an admin job is made of: steps in their order, one of which is the point of no return. Kinds of jobs implement this.

/** What may be persisted: plain JSON. Never a secret; texts that the operator gave are withheld, see withhold.ts. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What the operator gave for this job, such as unseal keys: in the memory of one api, never persisted. */
export type Gift = Readonly<Record<string, Json>>;

/** `done`: what it waited for is done. `leave`: it is to be left undone, where the step offers that. */
export type Told = 'done' | 'leave';

export interface StepContext {
  /** Fires when the job is cancelled, its lease is lost, or the api closes. */
  readonly signal: AbortSignal;
  /** What this and earlier steps have kept. */
  readonly kept: Readonly<Record<string, Json>>;
  /** Persisted before it resolves, so that the step finds it when it is done again. */
  keep(key: string, value: Json): Promise<void>;
  /** Progress for whoever follows the job; persisted. */
  note(detail: string): Promise<void>;
  /** Undefined when nothing was given, or the api that had it is gone. */
  readonly gift: Gift | undefined;
  /** What the operator has answered to the step that waited; once per answer. */
  readonly told: Told | undefined;
}

export type StepResult =
  | 'done'
  /** What it is for was left undone, since the operator said so. */
  | 'skipped'
  | {
      readonly wait: 'operator';
      /** Exactly what to type; may be empty where something is to be given instead. */
      readonly commands: readonly string[];
      readonly why: string;
    };

/** Done again after a crash a step must come to the same end: it looks first, then acts. */
export interface Step<C> {
  /** One word or several with hyphens; unique in its plan. */
  readonly name: string;
  run(ctx: C, step: StepContext): Promise<StepResult>;
  /** Also called when `run` failed or was cut off half-way. Where it waits it is tried again all the same, some times a minute. */
  undo?(ctx: C, step: StepContext): Promise<void> | Promise<StepResult>;
  /** While the step waits for the operator: whether it is worth running again. Asked again and again; must not change anything. */
  probe?(ctx: C, step: StepContext): Promise<boolean>;
}

/** What a job was asked for. */
export interface Order {
  readonly jobId: string;
  /** Plain JSON, persisted: nothing secret. */
  readonly params: Json;
  /** Who asked, 1 to 64 characters of [A-Za-z0-9_@.:-]. */
  readonly actor: string;
  readonly requestId: string;
}

export interface Plan<C> {
  readonly steps: readonly Step<C>[];
  /** Name of the first step that is never undone; undefined: all are. From its beginning on the job only goes forward. */
  readonly pointOfNoReturn: string | undefined;
  /** What the steps work with. Called once per run of the job, also by another api after a crash. */
  context(order: Order): C;
  /** Throws AstrogateError when the job must not begin. Nothing has been changed or written by then, and must not be. */
  preflight?(ctx: C, gift: Gift | undefined): Promise<void>;
  /**
   * What would happen, as sentences for people; looks at all that the preflight looks at, and throws the same. Unseal keys
   * are not wanted for that.
   */
  foresee?(ctx: C, gift: Gift | undefined): Promise<readonly string[]>;
}

/** By kind: "reset", "backup", "restore", "certificate". */
export type Plans = Readonly<Record<string, Plan<unknown>>>;

/** The form in which pure code knows a plan. */
export interface PlanShape {
  readonly names: readonly string[];
  /** Steps before this one can be undone; the number of steps when all can. */
  readonly noReturn: number;
}

export function shapeOf({ steps, pointOfNoReturn }: Plan<unknown>): PlanShape {
  const names = steps.map(({ name }) => name);
  const at = pointOfNoReturn === undefined ? names.length : names.indexOf(pointOfNoReturn);
  if (at === -1 || new Set(names).size < names.length) throw new RangeError('the plan names its steps wrongly');
  return { names, noReturn: at };
}
