// FakeJobStore: jobs in memory, for tests of what stands in front of the store. The suite of the real store runs on it
// too, so that it keeps what it promises. It can be told to be away.
import { randomBytes } from 'node:crypto';
import { AstrogateError } from '@astrogate/proto';
import type { AuditAct } from '../src/audit/audit.js';
import { end, hasEnded, type Job, type JobEnd, type JobProgress, start } from '../src/jobs/job.js';
import type {
  Claim,
  Hold,
  JobEvent,
  JobEvents,
  JobFilter,
  JobListener,
  JobStore,
  Keeping,
  QueuePlace,
  SubmitExtras,
} from '../src/jobs/job-store.js';
import { type Once, onceMs } from '../src/jobs/once.js';
import { nextRound } from '../src/jobs/rounds.js';
import { lostForGood } from '../src/storage/job-row.js';
import { toJson } from '../src/storage/json.js';
import type { DeliveryStore } from '../src/webhooks/delivery-store.js';
import { FakeAuditStore } from './fake-audit-store.js';
import { FakeLimitStore } from './fake-limit-store.js';

interface Row {
  job: Job;
  round: number;
  order: number;
  attempt: number;
  broken: number;
  readyAt: Date;
  triedAt: Date | undefined;
  readonly events: JobEvent[];
  once: Once | undefined;
  /** Undefined: it waits. */
  lease: { owner: FakeJobStore; until: number } | undefined;
}

/** What several stores, as those of several apis, have in common. */
class Rows extends Map<string, Row> {
  readonly listeners = new Set<JobListener>();
  readonly secrets = new Map<string, Buffer>();
  readonly audit = new FakeAuditStore();
  readonly limits = new FakeLimitStore();
  order = 0;
  seq = 0;
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

  async isKnown({ scope, key }: Pick<Once, 'scope' | 'key'>, now: Date): Promise<boolean> {
    await this.check();
    return this.#ofKey(scope, key, now) !== undefined;
  }

  get audit(): FakeAuditStore {
    this.rows.audit.check = () => this.check();
    return this.rows.audit;
  }

  get limits(): FakeLimitStore {
    this.rows.limits.isHere = () => this.check();
    return this.rows.limits;
  }

  async submit(job: Job, queueLimit: number, { once, quota }: SubmitExtras = {}): Promise<Job> {
    await this.check();
    const earlier = once && this.#ofKey(once.scope, once.key, job.createdAt);
    if (earlier && earlier.once?.requestHash !== once.requestHash) throw new AstrogateError('idempotency_mismatch');
    if (earlier) return earlier.job;
    const waiting = this.#waiting();
    if (waiting.length >= queueLimit) throw new AstrogateError('busy');
    if (quota) this.rows.limits.charge(quota, job.upload.bytes);
    const live = [...this.rows.values()].filter((row) => !hasEnded(row.job));
    const round = nextRound({
      lowestWaiting: least(waiting.map((row) => row.round)),
      highestTaken: most(live.filter((row) => row.lease).map((row) => row.round)),
      lastOfCaller: most(live.filter((row) => row.job.callerKey === job.callerKey).map((row) => row.round)),
    });
    const order = this.rows.order++;
    const unused = { triedAt: undefined, lease: undefined, events: [] };
    const row = { job, round, order, attempt: 0, broken: 0, readyAt: job.createdAt, once, ...unused };
    this.rows.set(job.id, row);
    this.#changed(row);
    this.#tell((listener) => listener.queued());
    return job;
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
      this.#note(row);
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
    if (row?.job.status !== 'queued') return;
    row.job = start(row.job, at);
    this.#changed(row);
  }

  async advance(hold: Hold, progress: JobProgress): Promise<void> {
    await this.check();
    const row = this.#held(hold);
    if (row?.job.status !== 'running') return;
    row.job = { ...row.job, progress };
    this.#changed(row);
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

  async cancel(id: string, at: Date, act?: AuditAct): Promise<Job | undefined> {
    await this.check();
    const row = this.rows.get(id);
    if (!row || hasEnded(row.job)) return undefined;
    if (act) this.rows.audit.add(act);
    return this.#end(row, { cancelled: true }, at, undefined);
  }

  async delete(id: string, act?: AuditAct): Promise<void> {
    await this.check();
    const status = this.rows.get(id)?.job.status;
    if (status === undefined) return;
    this.rows.delete(id);
    if (act) this.rows.audit.add({ ...act, detail: { ...act.detail, status } });
    this.#tell((listener) => listener.changed?.(id));
    this.#tell((listener) => listener.ended(id));
  }

  async forgetEnded({ now, keepMs, keepJobs, keepBytes }: Keeping): Promise<void> {
    await this.check();
    const finished = (row: Row) => row.job.finishedAt?.getTime() ?? 0;
    const ended = [...this.rows.values()].filter(({ job }) => hasEnded(job)).sort((a, b) => finished(b) - finished(a));
    let total = 0;
    for (const [rank, row] of ended.entries()) {
      total += 1024 + toJson([row.job.outcome ?? null, row.events]).length;
      const isTooOld = finished(row) < now.getTime() - keepMs;
      if (rank >= keepJobs || total > keepBytes || isTooOld) await this.delete(row.job.id);
    }
    for (const row of this.rows.values())
      if (row.job.createdAt.getTime() <= now.getTime() - onceMs) row.once = undefined;
  }

  async neededUploads(keys: readonly string[]): Promise<ReadonlySet<string>> {
    await this.check();
    const live = [...this.rows.values()].filter(({ job }) => !hasEnded(job));
    return new Set(live.map(({ job }) => job.upload.key).filter((key) => keys.includes(key)));
  }

  async events(id: string, after: number, limit: number): Promise<JobEvents | undefined> {
    await this.check();
    const row = this.rows.get(id);
    return row && { events: row.events.filter(({ seq }) => seq > after).slice(0, limit), hasEnded: hasEnded(row.job) };
  }

  async ownerOf(id: string): Promise<Pick<Job, 'ownerKey'> | undefined> {
    await this.check();
    return this.rows.get(id)?.job;
  }

  async list(filter: JobFilter): Promise<Job[]> {
    await this.check();
    const { ownerKey, statuses, createdAfter, createdBefore, behind, limit } = filter;
    const isBefore = (a: Pick<Job, 'createdAt' | 'id'>, b: Pick<Job, 'createdAt' | 'id'>) =>
      a.createdAt < b.createdAt || (a.createdAt.getTime() === b.createdAt.getTime() && a.id < b.id);
    return [...this.rows.values()]
      .map(({ job }) => job)
      .filter((job) => ownerKey === undefined || job.ownerKey === ownerKey)
      .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
      .filter(
        ({ createdAt }) => (!createdAfter || createdAt > createdAfter) && (!createdBefore || createdAt < createdBefore),
      )
      .filter((job) => !behind || isBefore(job, behind))
      .sort((a, b) => (isBefore(a, b) ? 1 : -1))
      .slice(0, limit)
      .map(summary);
  }

  async place(id: string): Promise<QueuePlace | undefined> {
    await this.check();
    const row = this.rows.get(id);
    if (!row || !this.#waiting().includes(row)) return undefined;
    const isAhead = (other: Row) =>
      other.round - row.round ||
      other.readyAt.getTime() - row.readyAt.getTime() ||
      (other.job.id < row.job.id ? -1 : 1);
    const ended = [...this.rows.values()].map(({ job }) => job).filter((job) => job.status !== 'cancelled');
    const times = ended.flatMap(({ startedAt, finishedAt }) =>
      startedAt && finishedAt ? [(finishedAt.getTime() - startedAt.getTime()) / 1000] : [],
    );
    const runSeconds = times.length === 0 ? undefined : times.reduce((sum, time) => sum + time) / times.length;
    return { ahead: this.#waiting().filter((other) => other !== row && isAhead(other) < 0).length, runSeconds };
  }

  async secret(name: string): Promise<Buffer> {
    await this.check();
    const secret = this.rows.secrets.get(name) ?? randomBytes(32);
    this.rows.secrets.set(name, secret);
    return secret;
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
    this.#changed(row);
    this.#tell((listener) => listener.ended(row.job.id));
    return row.job;
  }

  #queueAgain(row: Row, broken: number, readyAt: Date): void {
    const { startedAt: _, progress: __, ...job } = row.job;
    Object.assign(row, { job: { ...job, status: 'queued' }, lease: undefined, broken, readyAt });
    this.#changed(row);
    this.#tell((listener) => listener.queued());
  }

  #ofKey(scope: string, key: string, now: Date): Row | undefined {
    const fresh = [...this.rows.values()].filter(({ job }) => job.createdAt.getTime() > now.getTime() - onceMs);
    return fresh.find(({ once }) => once?.scope === scope && once.key === key);
  }

  #note({ events, job, attempt }: Row): void {
    const { status, progress } = job;
    events.push({ seq: ++this.rows.seq, attempt, status, ...(progress && { progress }), at: new Date() });
  }

  #changed(row: Row): void {
    this.#note(row);
    this.#tell((listener) => listener.changed?.(row.job.id));
  }

  #tell(tell: (listener: JobListener) => void): void {
    for (const listener of this.rows.listeners) tell(listener);
  }
}

/** What of a job stands in a list. */
function summary(job: Job): Job {
  const { outcome, ...rest } = job;
  if (!outcome?.solution) return rest;
  const { stars: _, matched: __, wcs: ___, ...solution } = outcome.solution;
  return { ...rest, outcome: { solution } as NonNullable<Job['outcome']> };
}
