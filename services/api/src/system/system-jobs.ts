// Admin jobs of this api: begins them, takes those that another api has left, and hears what operators say. At most one job is active in the whole system, so at most one is worked on here.
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, type Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Once } from '../jobs/once.js';
import { newId } from '../new-id.js';
import { JobFollowers } from './job-followers.js';
import { JobRun } from './job-run.js';
import { canCancel, hasEnded, newState } from './job-state.js';
import { type Gift, type Json, type Plan, type Plans, shapeOf, type Told } from './plan.js';
import type { SystemJob, SystemJobStore } from './system-job.js';

interface Parts {
  readonly store: SystemJobStore;
  readonly plans: Plans;
  readonly log: Logger;
  readonly now: () => Date;
  readonly pauseMs?: number;
  readonly probeMs?: number;
  readonly againMs?: number;
  readonly lookMs?: number;
  /** At every change of any job, by whichever api. */
  readonly onChange?: () => void;
}

export interface NewOrder {
  /** Name of a plan. */
  readonly kind: string;
  /** Plain JSON, checked by the caller, persisted. */
  readonly params: Json;
  readonly actor: string;
  readonly requestId: string;
  /** Kept in memory only. */
  readonly gift?: Gift;
  readonly once?: Once;
}

export interface DryRun {
  readonly steps: readonly string[];
  /** First step that is never undone. */
  readonly pointOfNoReturn: string | undefined;
  /** What would come of it, in sentences. */
  readonly lines: readonly string[];
}

/** A step that fails is tried again after 1, 2, 4, 8 and 16 s. */
const usualPauseMs = 1_000;
/** A person has just restarted something and looks at the screen. */
const usualProbeMs = 2_000;
/** What was away when something was to be undone may be back by then. */
const usualAgainMs = 15_000;
/** Parts of a lease: how often it is renewed, and how long an api works on without having been able to. */
const renewEvery = 0.25;
const trustFor = 0.75;
/** A step that does not hear its signal keeps its lease, which lapses soon. */
const longestStepEndMs = 5_000;
/** For a job that nobody has, and for what followers have missed: a notice is lost only with its connection. */
const usualLookMs = 30_000;

export class SystemJobs {
  readonly #followers: JobFollowers;
  /** Of jobs that this api has begun or was told about, until they end. */
  readonly #gifts = new Map<string, Gift>();
  #run: JobRun | undefined;
  /** A job that may be ours still, although nothing works on it. */
  #stranded: SystemJob | undefined;
  #renewedAt = 0;
  #ticking = false;
  #isClosing = false;
  #closing: (() => void | Promise<void>)[] = [];

  constructor(readonly parts: Parts) {
    this.#followers = new JobFollowers(parts.store);
  }

  /** Throws `storage_unavailable`; ConfigError when a job has not ended whose kind this api does not know. */
  async start(): Promise<void> {
    const { store, lookMs = usualLookMs } = this.parts;
    const [newest] = await store.list(1);
    if (newest && !hasEnded(newest.state) && !Object.hasOwn(this.parts.plans, newest.kind))
      throw new ConfigError(
        `The ${newest.kind} job ${newest.id} has not ended: configure what it needs again until it has, or cancel it then`,
      );
    const stopListening = await store.listen((id) => this.#changed(id));
    const timers = [
      setInterval(() => void this.#tick(), Math.min(store.leaseMs * renewEvery, lookMs)),
      setInterval(() => this.#followers.wake(), lookMs),
    ];
    for (const timer of timers) timer.unref();
    this.#closing = [stopListening, () => timers.forEach(clearInterval)];
    await this.#tick();
  }

  /** Leaves the job, if there is one, for the next api. A step that does not hear its signal is not waited for. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const close of this.#closing) await close();
    const run = this.#run;
    this.#run = undefined;
    run?.leave();
    const isOver =
      run && (await Promise.race([run.over.then(() => true), sleep(longestStepEndMs, false, { ref: false })]));
    if (run && isOver && !hasEnded(run.job.state)) await this.parts.store.release(run.job).catch(() => undefined);
    this.#followers.close();
  }

  /** What a job would do. Throws what its preflight throws. */
  async dryRun({ kind, params, actor, requestId, gift }: NewOrder): Promise<DryRun> {
    const plan = this.#planOf(kind);
    const context = plan.context({ jobId: 'dry-run', params, actor, requestId });
    if (!plan.foresee) await plan.preflight?.(context, gift);
    const lines = (await plan.foresee?.(context, gift)) ?? [];
    return { steps: shapeOf(plan).names, pointOfNoReturn: plan.pointOfNoReturn, lines };
  }

  /**
   * Begins a job. Throws what its preflight throws, `system_job_active`, `idempotency_mismatch` and
   * `storage_unavailable`; then nothing was changed.
   */
  async create(order: NewOrder): Promise<{ job: SystemJob; isNew: boolean }> {
    const { kind, params, actor, requestId, gift, once } = order;
    const plan = this.#planOf(kind);
    const id = newId();
    if (this.#isClosing) throw new AstrogateError('draining');
    // Whoever asks again hears of the job, however the system is by now.
    const known = once && (await this.parts.store.find(once, this.parts.now()));
    if (known) return { job: known, isNew: false };
    await plan.preflight?.(plan.context({ jobId: id, params, actor, requestId }), gift);
    const createdAt = this.parts.now();
    const state = newState(shapeOf(plan));
    const made = await this.parts.store.create({ id, kind, params, actor, requestId, createdAt, state }, once);
    if (!made.isNew) return made;
    if (gift) this.#gifts.set(id, gift);
    this.#begin(made.job);
    return made;
  }

  get(id: string): Promise<SystemJob | undefined> {
    return this.parts.store.get(id);
  }

  list(limit: number): Promise<SystemJob[]> {
    return this.parts.store.list(limit);
  }

  /** Whether it can still be cancelled. */
  canCancel({ kind, state }: SystemJob): boolean {
    const plan = this.parts.plans[kind];
    return plan !== undefined && canCancel(state, shapeOf(plan));
  }

  /** The operator has done what the job waits for, and may give something. Throws `not_found` and `conflict`. */
  async goOn(id: string, gift: Gift | undefined, told: Told = 'done'): Promise<SystemJob> {
    const job = await this.#existing(id);
    const isWaiting = job.state.status === 'waiting_for_operator';
    if (isWaiting && (this.#run?.job.id !== id || this.#run.hasLeft)) await this.#takeOver(id);
    const run = this.#run;
    if (!isWaiting || run?.job.id !== id || run.hasLeft)
      throw new AstrogateError('conflict', `The job does not wait: it is ${job.state.status}`);
    // Its version says which question is answered: the run may not have heard yet that it waits.
    run.goOn(gift, job.version, told);
    if (run.gift) this.#gifts.set(id, run.gift);
    return job;
  }

  /** Undoes what was done. Throws `not_found`, and `conflict` behind the point of no return or at the end. */
  async cancel(id: string): Promise<SystemJob> {
    const { kind, state } = await this.#existing(id);
    const job = await this.parts.store.ask(id, { type: 'cancel' }, shapeOf(this.#planOf(kind)));
    const why = hasEnded(state) ? 'The job has ended' : 'The job is behind its point of no return';
    if (!job) throw new AstrogateError('conflict', why);
    if (this.#run?.job.id === id) await this.#run.look();
    return job;
  }

  /** See `JobFollowers.follow`. */
  follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<SystemJob> {
    return this.#followers.follow(id, after, signal);
  }

  async #existing(id: string): Promise<SystemJob> {
    const job = await this.parts.store.get(id);
    if (!job) throw new AstrogateError('not_found', 'There is no such job');
    return job;
  }

  #planOf(kind: string): Plan<unknown> {
    const plan = Object.hasOwn(this.parts.plans, kind) ? this.parts.plans[kind] : undefined;
    if (!plan) throw new AstrogateError('internal', undefined, { cause: new Error(`no plan ${kind}`) });
    return plan;
  }

  /** Whoever has a waiting job does nothing for it, so that it may be taken: what is given stays in our memory alone. */
  async #takeOver(id: string): Promise<void> {
    const job = await this.parts.store.steal(id);
    if (job) this.#begin(job);
  }

  #begin(job: SystemJob): void {
    const { store, log, pauseMs = usualPauseMs, probeMs = usualProbeMs, againMs = usualAgainMs } = this.parts;
    const now = this.#run?.job;
    // An operator's answer was faster.
    if (now?.id === job.id && now.attempt > job.attempt && !this.#run?.hasLeft) return;
    this.#run?.leave();
    this.#renewedAt = performance.now();
    const run = new JobRun(
      { store, log, pauseMs, probeMs, againMs },
      this.#planOf(job.kind),
      job,
      this.#gifts.get(job.id),
    );
    this.#run = run;
    void run.over.then(() => {
      if (hasEnded(run.job.state)) this.#gifts.delete(job.id);
      else this.#stranded = run.job;
      if (this.#run === run) this.#run = undefined;
    });
  }

  /** Renews the lease of the job that is ours, or looks for one that nobody has. Never throws. */
  async #tick(): Promise<void> {
    if (this.#ticking || this.#isClosing) return;
    this.#ticking = true;
    try {
      if (this.#run?.hasLeft) return;
      if (this.#run) await this.#renew(this.#run);
      else await this.#lookForOne();
    } catch (err) {
      this.parts.log.warn({ err }, 'admin jobs could not be looked at');
    } finally {
      this.#ticking = false;
    }
  }

  async #lookForOne(): Promise<void> {
    const { store } = this.parts;
    const stranded = this.#stranded;
    // It does nothing to one that another api has by now.
    if (stranded) await store.release(stranded);
    if (this.#stranded === stranded) this.#stranded = undefined;
    const job = await store.take();
    if (job && !this.#isClosing) return this.#begin(job);
    // What was given for a job that another api has brought to its end.
    for (const id of this.#gifts.keys()) {
      const known = await store.get(id);
      if (!known || hasEnded(known.state)) this.#gifts.delete(id);
    }
  }

  /** Counted from before the database was asked, so that we stop before others may begin. */
  async #renew(run: JobRun): Promise<void> {
    const { store } = this.parts;
    const trusted = setTimeout(() => run.leave(), this.#renewedAt + store.leaseMs * trustFor - performance.now());
    const askedAt = performance.now();
    try {
      if (!(await store.renew(run.job)) && this.#run === run) run.leave();
      else this.#renewedAt = askedAt;
    } catch (err) {
      if (askedAt + store.leaseMs * renewEvery > this.#renewedAt + store.leaseMs * trustFor) run.leave();
      throw err;
    } finally {
      clearTimeout(trusted);
    }
  }

  #changed(id: string | undefined): void {
    this.#followers.wake();
    this.parts.onChange?.();
    const run = this.#run;
    if (run && (id === undefined || id === run.job.id))
      run.look().catch((err) => this.parts.log.debug({ err }, 'a change of an admin job was not read'));
  }
}
