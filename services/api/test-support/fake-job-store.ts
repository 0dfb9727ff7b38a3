// FakeJobStore: jobs in memory, for tests of what stands in front of the store. The suite of the real store runs on it
// too, so that it keeps what it promises. It can be told to be away.
import { AstrogateError } from '@astrogate/proto';
import { end, hasEnded, type Job, type JobEnd, type JobProgress, start } from '../src/jobs/job.js';
import type { Claim, Hold, JobListener, JobStore } from '../src/jobs/job-store.js';
import { nextRound } from '../src/jobs/rounds.js';
import { lostForGood } from '../src/storage/job-row.js';
import type { DeliveryStore } from '../src/webhooks/delivery-store.js';

interface Row {
  job: Job;
  round: number;
  order: number;
  attempt: number;
  broken: number;
  readyAt: Date;
  triedAt: Date | undefined;
  /** Undefined: it waits. */
  lease: { owner: FakeJobStore; until: number } | undefined;
}

/** What several stores, as those of several apis, have in common. */
class Rows extends Map<string, Row> {
  readonly listeners = new Set<JobListener>();
  order = 0;
}

const least = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.min(...numbers));
const most = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.max(...numbers));

export class FakeJobStore implements JobStore {
  /** As long as it is true, every call fails as with a database that is gone. */
  isAway = false;
  /** A fake as well, of webhooks that are never due. */
  readonly deliveries: DeliveryStore = {
    claim: async () => [],
    record: async () => false,
    putBack: async () => {},
    listen: async () => async () => {},
  };

  constructor(
    readonly leaseMs = 10_000,
    readonly rows = new Rows(),
  ) {}

  /** Another store on the same jobs. */
  other(): FakeJobStore {
    return new FakeJobStore(this.leaseMs, this.rows);
  }

  async check(): Promise<void> {
    if (this.isAway) throw new AstrogateError('storage_unavailable');
  }

  async waiting(): Promise<number> {
    await this.check();
    return this.#waiting().length;
  }

  async submit(job: Job, queueLimit: number): Promise<void> {
    await this.check();
    const waiting = this.#waiting();
    if (waiting.length >= queueLimit) throw new AstrogateError('busy');
    const live = [...this.rows.values()].filter((row) => !hasEnded(row.job));
    const round = nextRound({
      lowestWaiting: least(waiting.map((row) => row.round)),
      highestTaken: most(live.filter((row) => row.lease).map((row) => row.round)),
      lastOfCaller: most(live.filter((row) => row.job.callerKey === job.callerKey).map((row) => row.round)),
    });
    const order = this.rows.order++;
    const unused = { triedAt: undefined, lease: undefined };
    this.rows.set(job.id, { job, round, order, attempt: 0, broken: 0, readyAt: job.createdAt, ...unused });
    this.#tell((listener) => listener.queued());
  }

  async get(id: string): Promise<Job | undefined> {
    await this.check();
    return this.rows.get(id)?.job;
  }

  async claim(count: number, now: Date): Promise<Claim[]> {
    await this.check();
    const ready = this.#waiting().filter((row) => row.readyAt <= now);
    ready.sort((a, b) => a.round - b.round || a.order - b.order);
    return ready.slice(0, count).map((row) => {
      row.attempt += 1;
      row.triedAt ??= now;
      row.lease = { owner: this, until: performance.now() + this.leaseMs };
      const { job, attempt, broken, readyAt, triedAt } = row;
      return { id: job.id, attempt, job, broken, readyAt, triedAt };
    });
  }

  async renew(holds: readonly Hold[]): Promise<ReadonlySet<string>> {
    await this.check();
    const held = holds.map((hold) => this.#held(hold)).filter((row) => row !== undefined);
    for (const row of held) row.lease = { owner: this, until: performance.now() + this.leaseMs };
    return new Set(held.map(({ job }) => job.id));
  }

  async start(hold: Hold, at: Date): Promise<void> {
    await this.check();
    const row = this.#held(hold);
    if (row) row.job = start(row.job, at);
  }

  async advance(hold: Hold, progress: JobProgress): Promise<void> {
    await this.check();
    const row = this.#held(hold);
    if (row?.job.status === 'running') row.job = { ...row.job, progress };
  }

  async finish(
    hold: Hold,
    how: JobEnd,
    { startedAt, at }: { startedAt: Date | undefined; at: Date },
  ): Promise<Job | undefined> {
    await this.check();
    const row = this.#held(hold);
    return row && this.#end(row, how, at, startedAt);
  }

  async putBack(hold: Hold, { isBroken, readyAt }: { isBroken: boolean; readyAt: Date }): Promise<void> {
    await this.check();
    const row = this.#held(hold);
    if (row) this.#queueAgain(row, row.broken + (isBroken ? 1 : 0), readyAt);
  }

  async takeBack(ours: readonly string[], maxBroken: number, now: Date): Promise<Job[]> {
    await this.check();
    const lost = [...this.rows.values()].filter(
      ({ job, lease }) => lease && !ours.includes(job.id) && lease.until < performance.now(),
    );
    return lost.flatMap((row) => {
      const broken = row.broken + (row.job.status === 'running' ? 1 : 0);
      if (broken >= maxBroken) return [this.#end(row, { failure: lostForGood }, now, undefined)];
      this.#queueAgain(row, broken, now);
      return [];
    });
  }

  async cancel(id: string, at: Date): Promise<Job | undefined> {
    await this.check();
    const row = this.rows.get(id);
    return row && !hasEnded(row.job) ? this.#end(row, { cancelled: true }, at, undefined) : undefined;
  }

  async delete(id: string): Promise<void> {
    await this.check();
    this.rows.delete(id);
  }

  async forgetEnded(time: Date, keepAtMost: number): Promise<void> {
    await this.check();
    const finished = (row: Row) => row.job.finishedAt?.getTime() ?? 0;
    const ended = [...this.rows.values()].filter(({ job }) => hasEnded(job)).sort((a, b) => finished(b) - finished(a));
    for (const [rank, row] of ended.entries())
      if (rank >= keepAtMost || finished(row) < time.getTime()) this.rows.delete(row.job.id);
  }

  async neededUploads(keys: readonly string[]): Promise<ReadonlySet<string>> {
    await this.check();
    const live = [...this.rows.values()].filter(({ job }) => !hasEnded(job));
    return new Set(live.map(({ job }) => job.upload.key).filter((key) => keys.includes(key)));
  }

  async listen(listener: JobListener): Promise<() => Promise<void>> {
    this.rows.listeners.add(listener);
    return async () => void this.rows.listeners.delete(listener);
  }

  async close(): Promise<void> {}

  #waiting(): Row[] {
    return [...this.rows.values()].filter(({ job, lease }) => job.status === 'queued' && !lease);
  }

  #held({ id, attempt }: Hold): Row | undefined {
    const row = this.rows.get(id);
    return row?.attempt === attempt && row.lease?.owner === this && !hasEnded(row.job) ? row : undefined;
  }

  #end(row: Row, how: JobEnd, at: Date, startedAt: Date | undefined): Job {
    row.job = { ...end(row.job, how, at), ...(startedAt && { startedAt }) };
    row.lease = undefined;
    this.#tell((listener) => listener.ended(row.job.id));
    return row.job;
  }

  #queueAgain(row: Row, broken: number, readyAt: Date): void {
    const { startedAt: _, progress: __, ...job } = row.job;
    Object.assign(row, { job: { ...job, status: 'queued' }, lease: undefined, broken, readyAt });
    this.#tell((listener) => listener.queued());
  }

  #tell(tell: (listener: JobListener) => void): void {
    for (const listener of this.rows.listeners) tell(listener);
  }
}
