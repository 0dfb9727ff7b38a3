// Works on one admin job for as long as it is ours: persists before and after every step, so that whoever takes the job
// after a crash knows which step may have had an effect. Decides nothing itself; job-state.ts does.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { retryDelayOf } from '../rpc/channel.js';
import { hasEnded, type JobEvent, type JobState, nextOf } from './job-state.js';
import { type Gift, type Json, type Plan, type PlanShape, type StepContext, shapeOf, type Told } from './plan.js';
import type { SystemJob, SystemJobStore } from './system-job.js';
import { withhold } from './withhold.js';

export interface RunParts {
  readonly store: SystemJobStore;
  readonly log: Logger;
  /** First pause before a step is tried again, milliseconds; it doubles. */
  readonly pauseMs: number;
  /** How often a step that waits is probed, milliseconds. */
  readonly probeMs: number;
  /** How long an undoing waits for the operator until it is tried again all the same, milliseconds. */
  readonly againMs: number;
}

/** Ends the work without a word to the job: the lease is gone, or the api closes. */
class Left extends Error {
  override name = 'Left';
}

export class JobRun {
  /** Resolves when the job has ended or is no longer ours. Never rejects. */
  readonly over: Promise<void>;
  readonly #leaving = new AbortController();
  readonly #shape: PlanShape;
  /** Of the present step. */
  #cancelling = new AbortController();
  #bell = Promise.withResolvers<void>();
  /** The version of the waiting job that the operator has answered. */
  #answered: { readonly version: number; readonly told: Told } | undefined;
  /** Since when it waits as it does. */
  #waiting: { readonly version: number; readonly since: number } | undefined;
  /** The step that is done again hears that it was told to. */
  #told: Told | undefined;
  #gift: Gift | undefined;
  #kept: Readonly<Record<string, Json>>;
  #job: SystemJob;

  constructor(
    readonly parts: RunParts,
    readonly plan: Plan<unknown>,
    job: SystemJob,
    gift: Gift | undefined,
  ) {
    this.#job = job;
    this.#kept = job.kept;
    this.#shape = shapeOf(plan);
    this.#gift = gift;
    this.over = this.#work();
  }

  get job(): SystemJob {
    return this.#job;
  }

  /** It works no more, although a step that does not hear its signal may still be under way. */
  get hasLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  get gift(): Gift | undefined {
    return this.#gift;
  }

  /** The operator says that the step may go on which waits in `version` of the job, and perhaps gives something. */
  goOn(gift: Gift | undefined, version: number, told: Told): void {
    if (gift) this.#gift = { ...this.#gift, ...gift };
    this.#answered = { version, told };
    this.#bell.resolve();
  }

  /** Somebody may have cancelled it. Throws what the store throws. */
  async look(): Promise<void> {
    const { id, attempt, state } = this.#job;
    const job = await this.parts.store.get(id);
    if (!job || job.attempt !== attempt) return this.leave();
    if (job.state.isCancelAsked || job.state.isGoingBack !== state.isGoingBack) {
      this.#cancelling.abort(new AstrogateError('cancelled'));
      this.#bell.resolve();
    }
  }

  /** The job is somebody else's from now on, or nobody's. */
  leave(): void {
    this.#leaving.abort(new Left());
    this.#bell.resolve();
  }

  async #work(): Promise<void> {
    const { log } = this.parts;
    const { id, kind } = this.#job;
    try {
      const ctx = this.plan.context({ ...this.#job, jobId: id });
      while (!hasEnded(this.#job.state)) {
        this.#leaving.signal.throwIfAborted();
        await this.#turn(ctx);
      }
      log.info({ jobId: id, kind, status: this.#job.state.status }, 'admin job ended');
    } catch (err) {
      if (!(err instanceof Left)) log.error({ jobId: id, kind, err }, 'admin job is left for the next look');
    } finally {
      this.#leaving.abort(new Left());
    }
  }

  async #turn(ctx: unknown): Promise<void> {
    if (nextOf(this.#job.state).do === 'wait') return await this.#wait(ctx);
    this.#cancelling = new AbortController();
    await this.#tell({ type: 'begin', at: Date.now() });
    const next = nextOf(this.#job.state);
    if (next.do !== 'run' && next.do !== 'undo') return;
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1000;
    let event: JobEvent;
    let pauseMs = 0;
    try {
      event = await this.#act(ctx, next.do, next.at, seconds);
    } catch (error) {
      this.#leaving.signal.throwIfAborted();
      const { id: jobId, kind } = this.#job;
      const step = this.#shape.names[next.at];
      this.parts.log.warn(
        { jobId, kind, step, undoing: next.do === 'undo', err: error },
        'step of an admin job failed',
      );
      const { code, message, retryMs } = describe(error);
      event = { type: 'fail', code, detail: message, seconds: seconds() };
      pauseMs = Math.max(this.parts.pauseMs * 2 ** this.#job.state.tries, retryMs);
    }
    const before = this.#job.state;
    await this.#tell(event);
    if (event.type === 'fail' && isSameStep(before, this.#job.state)) await this.#pause(pauseMs);
  }

  async #act(ctx: unknown, what: 'run' | 'undo', at: number, seconds: () => number): Promise<JobEvent> {
    const step = this.plan.steps[at];
    const told = this.#told;
    this.#told = undefined;
    const context = this.#context(told, what === 'run');
    const result = (await (what === 'run' ? step?.run(ctx, context) : step?.undo?.(ctx, context))) ?? 'done';
    if (typeof result === 'string') return { type: 'done', seconds: seconds(), isSkipped: result === 'skipped' };
    return { type: 'wait', commands: result.commands, why: result.why };
  }

  /** Until the operator says so, a probe does, or the job was cancelled meanwhile. */
  async #wait(ctx: unknown): Promise<void> {
    const { store, probeMs } = this.parts;
    if (this.#answered?.version !== this.#job.version) {
      const timer = setTimeout(() => this.#bell.resolve(), probeMs);
      await this.#bell.promise;
      clearTimeout(timer);
      this.#bell = Promise.withResolvers();
    }
    this.#leaving.signal.throwIfAborted();
    const job = await store.get(this.#job.id);
    if (!job || job.attempt !== this.#job.attempt) throw new Left();
    this.#job = job;
    if (nextOf(job.state).do !== 'wait') return;
    if (this.#waiting?.version !== job.version) this.#waiting = { version: job.version, since: performance.now() };
    const told = this.#answered?.version === job.version ? this.#answered.told : undefined;
    if (told === undefined && !(await this.#probe(ctx))) return;
    this.#told = told;
    await this.#tell({ type: 'go_on' });
  }

  async #probe(ctx: unknown): Promise<boolean> {
    const { state, id: jobId } = this.#job;
    const step = this.plan.steps.find(({ name }) =>
      state.steps.some((one) => one.name === name && one.status === 'running'),
    );
    if (state.isGoingBack) return performance.now() - (this.#waiting?.since ?? 0) > this.parts.againMs;
    if (!step?.probe) return false;
    try {
      return await step.probe(ctx, this.#context(undefined, false));
    } catch (err) {
      this.parts.log.debug({ jobId, step: step.name, err }, 'probe failed');
      return false;
    }
  }

  /** `mayCancel`: undoing is not cut off by the cancelling that has caused it. */
  #context(told: Told | undefined, mayCancel: boolean): StepContext {
    const { signal } = this.#leaving;
    const write = async (what: Parameters<SystemJobStore['write']>[1]) => {
      signal.throwIfAborted();
      if (!(await this.parts.store.write(this.#job, what))) throw this.#lost();
    };
    const readKept = () => this.#kept;
    return {
      get kept() {
        return readKept();
      },
      signal: mayCancel ? AbortSignal.any([signal, this.#cancelling.signal]) : signal,
      keep: async (key, value) => {
        const safe = withhold({ key, value }, this.#gift);
        await write(safe);
        this.#kept = { ...this.#kept, [safe.key]: safe.value };
      },
      note: (detail) => write({ note: withhold(detail, this.#gift) }),
      gift: this.#gift,
      told,
    };
  }

  async #tell(event: JobEvent): Promise<void> {
    const job = await this.parts.store.change(
      this.#job,
      withhold(event as unknown as Json, this.#gift) as unknown as JobEvent,
      this.#shape,
    );
    if (!job) throw this.#lost();
    this.#job = job;
  }

  #lost(): Left {
    this.leave();
    return new Left();
  }

  /** Cut short when the job is cancelled or left. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#leaving.signal, this.#cancelling.signal]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

/** What of an error may be shown: only our own errors have words for people. */
function describe(error: unknown): { code: AstrogateError['code']; message: string; retryMs: number } {
  const own = AstrogateError.from(error);
  return { code: own.code, message: own.message, retryMs: retryDelayOf(own) ?? 0 };
}

function isSameStep(before: JobState, after: JobState): boolean {
  const [one, other] = [nextOf(before), nextOf(after)];
  return 'at' in one && 'at' in other && one.do === other.do && one.at === other.at;
}
