// Steps that stop, start, restart or reload a target, for all kinds of jobs. Each looks first, so that it may be done again.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import type { Step, StepContext, StepResult } from './plan.js';
import type { Act, Cause, Target, TargetClient } from './target-client.js';

/** What a job's context must have. */
export interface TargetsContext {
  readonly targets: TargetClient;
  readonly cause: Cause;
}

export interface TargetStepOptions<C> {
  /** Whether the operator may do it by hand when there is no engine; otherwise the job must not begin, see `needTargets`. */
  readonly byHand: boolean;
  /** Tells without an engine whether it has been done, such as by asking Vault. Without it the operator's word counts. */
  readonly isDone?: (ctx: C, step: StepContext) => Promise<boolean>;
  readonly graceSeconds?: number;
  /** Of a plan that does the same twice; "restart-vault" and so on by default. */
  readonly name?: string;
}

/** Nothing can be done through the solver as things stand; what a person can do at the machine is not concerned. */
export const needsHand: ReadonlySet<ErrorCode> = new Set(['engine_unavailable', 'target_absent', 'ambiguous_target']);

/** For a plan's preflight. Throws `engine_unavailable`, `target_absent` or `ambiguous_target`; then nothing was changed. */
export async function needTargets({ targets }: TargetsContext, aliases: readonly string[]): Promise<void> {
  const seen = await targets.list();
  for (const alias of aliases) {
    const state = seen.find((target) => target.alias === alias)?.state ?? 'absent';
    if (state === 'absent') throw new AstrogateError('target_absent', `No container is ${alias}`);
    if (state === 'ambiguous') throw new AstrogateError('ambiguous_target', `More than one container is ${alias}`);
  }
}

/** Exactly what an operator of the compose deployment types. Aliases are names of its services. */
export function commandFor(act: Act, alias: string): string {
  return act === 'reload' ? `docker compose kill -s HUP ${alias}` : `docker compose ${act} ${alias}`;
}

/** The whole step. */
export function targetStep<C extends TargetsContext>(act: Act, alias: string, options: TargetStepOptions<C>): Step<C> {
  const name = options.name ?? `${act}-${alias}`;
  return {
    name,
    async run(ctx, step) {
      if (step.told && (await isDoneByHand(ctx, step))) return 'done';
      try {
        await once(act, alias, { ...ctx, key: `${name}-before` }, step, options.graceSeconds);
        return 'done';
      } catch (error) {
        const { code, message } = AstrogateError.from(error);
        if (!options.byHand || !needsHand.has(code)) throw error;
        // A probe may have seen it, without a word of the operator.
        if (options.isDone && (await isDoneByHand(ctx, step))) return 'done';
        return await byHand(step, message);
      }
    },
    // Whatever makes the engine come back, or the operator do it unasked, is seen here.
    async probe(ctx, step) {
      if (await options.isDone?.(ctx, step).catch(() => false)) return true;
      await needTargets(ctx, [alias]);
      return true;
    },
  };

  /** What is looked at may be starting still, and not answer: then it is not done yet. */
  async function isDoneByHand(ctx: C, step: StepContext): Promise<boolean> {
    if (options.isDone && !(await options.isDone(ctx, step).catch(() => false))) return false;
    await step.note(options.isDone ? 'done by hand' : 'done by hand, as the operator says');
    return true;
  }

  async function byHand(step: StepContext, why: string): Promise<StepResult> {
    await step.note(`waits for the operator: ${why}`);
    return { wait: 'operator', commands: [commandFor(act, alias)], why };
  }
}

/** Whether the wish is fulfilled already. A reload cannot be seen; one more does no harm. */
const isFulfilled: Readonly<Record<Act, (now: Target, before: string | undefined) => boolean>> = {
  // Another start than the one that was there when the step began.
  restart: ({ state, startedAt }, before) => before !== undefined && state === 'running' && startedAt !== before,
  stop: ({ state }) => state === 'exited',
  start: ({ state }) => state === 'running',
  reload: () => false,
};

async function once(
  act: Act,
  alias: string,
  { targets, cause, key }: TargetsContext & { readonly key: string },
  step: StepContext,
  graceSeconds: number | undefined,
): Promise<void> {
  const now = (await targets.list()).find((target) => target.alias === alias);
  if (!now || now.state === 'absent') throw new AstrogateError('target_absent', `No container is ${alias}`);
  const before = step.kept[key];
  if (isFulfilled[act](now, typeof before === 'string' ? before : undefined)) {
    await step.note(`${alias} is ${now.state}: it was done before`);
    return;
  }
  if (before === undefined) await step.keep(key, now.startedAt);
  const after = await targets.act(act, alias, cause, {
    signal: step.signal,
    ...(graceSeconds !== undefined && { graceSeconds }),
  });
  await step.note(`${alias} is ${after.state}`);
}
