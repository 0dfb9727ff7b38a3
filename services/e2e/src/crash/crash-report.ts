// From what was seen and what was recorded to a verdict and a table. Pure.
import type { SeenJob } from './crash-client.js';
import type { CrashJob } from './crash-jobs.js';
import type { Kill, Victim } from './crash-plan.js';
import type { Records } from './crash-records.js';

export interface CrashRun {
  readonly database: 'pglite' | 'postgres';
  readonly apis: number;
  readonly solvers: number;
  readonly seed: number;
  readonly seconds: number;
  readonly kills: readonly Kill[];
  /** By the ids of the 202 answers. */
  readonly accepted: ReadonlyMap<string, Pick<CrashJob, 'sha256' | 'isSolvable'>>;
  readonly seen: ReadonlyMap<string, SeenJob>;
  readonly records: Records;
  /** From a waiting job and a free slot to the attempt, milliseconds. */
  readonly dispatchMs: readonly number[];
  readonly sandboxesLeft: number;
  /** How often it was looked whether two sandboxes work on one job, and the jobs of which this was so. */
  readonly looks: number;
  readonly doubles: readonly string[];
  /** Whether the database's password stands in a log. */
  readonly isSecretLogged: boolean;
}

export interface CrashReport {
  database: string;
  apis: number;
  solvers: number;
  seed: number;
  seconds: number;
  jobs: number;
  kills: Record<Victim, number>;
  ends: Record<string, number>;
  /** Jobs of a request whose answer a kill has swallowed: the client has handed them in once more. */
  unanswered: number;
  /** Jobs of which five attempts were lost, one after the other: by design they end as failed. */
  given_up: number;
  /** Jobs by how many attempts they took. */
  attempts: Record<string, number>;
  /** Jobs on which two sandboxes worked at the same time, and how often it was looked. */
  doubles: number;
  looks: number;
  dispatch: { count: number; median_ms: number; p90_ms: number; p99_ms: number; histogram: Record<string, number> };
  /** What must not be; empty: the test has passed. */
  faults: string[];
}

/** A job ends with its fifth lost attempt. */
const lostBefore = 4;

const bounds = [5, 10, 20, 50, 100, 500, 2000] as const;

export function reportOf(run: CrashRun): CrashReport {
  const { accepted, records } = run;
  return {
    database: run.database,
    apis: run.apis,
    solvers: run.solvers,
    seed: run.seed,
    seconds: run.seconds,
    jobs: accepted.size,
    kills: countKills(run.kills),
    ends: tally([...run.seen.values()].map(({ status, failure }) => (failure ? `${status}: ${failure.code}` : status))),
    unanswered: records.jobs.filter(({ id }) => !accepted.has(id)).length,
    given_up: records.jobs.filter(({ broken }) => broken >= lostBefore).length,
    attempts: tally(records.jobs.map(({ attempt }) => String(attempt))),
    doubles: run.doubles.length,
    looks: run.looks,
    dispatch: dispatchFigures(run.dispatchMs),
    faults: faultsOf(run),
  };
}

function faultsOf({ accepted, seen, records, sandboxesLeft, doubles, isSecretLogged }: CrashRun): string[] {
  const rows = new Map(records.jobs.map((job) => [job.id, job]));
  const faults: string[] = [];
  for (const [id, { sha256, isSolvable }] of accepted) {
    const job = seen.get(id);
    if (!job || !rows.has(id)) faults.push(`job ${id} is lost`);
    else if (job.id !== id || job.upload.sha256 !== sha256) faults.push(`job ${id} is another one now`);
    else if (!expectedEnds(isSolvable).includes(endOf(job)) && !wasGivenUp(rows.get(id)))
      faults.push(`job ${id} ended as ${endOf(job)}`);
  }
  for (const { id, status, attempt } of records.jobs) {
    const ends = records.ends.filter(({ jobId }) => jobId === id);
    if (ends.length !== 1) faults.push(`job ${id} has ${ends.length} recorded ends`);
    else if (ends[0]?.attempt !== attempt || ends[0].status !== status)
      faults.push(
        `job ${id} is ${status} of attempt ${attempt}, recorded as ${ends[0]?.status} of ${ends[0]?.attempt}`,
      );
  }
  if (records.queued > 0) faults.push(`${records.queued} entries are left in the queue`);
  if (sandboxesLeft > 0) faults.push(`${sandboxesLeft} sandboxes are left`);
  for (const id of doubles) faults.push(`two sandboxes worked on job ${id} at once`);
  if (isSecretLogged) faults.push("the database's password is in the log");
  return faults;
}

const wasGivenUp = (row: Records['jobs'][number] | undefined) => row?.status === 'failed' && row.broken >= lostBefore;
const expectedEnds = (isSolvable: boolean) => (isSolvable ? ['solved'] : ['failed: timeout', 'not_solved']);

function endOf({ status, failure }: SeenJob): string {
  return failure ? `${status}: ${failure.code}` : status;
}

function countKills(kills: readonly Kill[]): Record<Victim, number> {
  const count = { api: 0, solver: 0, database: 0, everything: 0 };
  for (const { victim } of kills) count[victim] += 1;
  return count;
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function dispatchFigures(times: readonly number[]): CrashReport['dispatch'] {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const histogram: Record<string, number> = {};
  let below = 0;
  for (const bound of bounds) {
    const upTo = sorted.filter((ms) => ms <= bound).length;
    histogram[`<= ${bound} ms`] = upTo - below;
    below = upTo;
  }
  histogram[`> ${bounds.at(-1)} ms`] = sorted.length - below;
  return { count: sorted.length, median_ms: at(0.5), p90_ms: at(0.9), p99_ms: at(0.99), histogram };
}

export function crashTable(reports: readonly CrashReport[]): string {
  const row = (name: string, of: (report: CrashReport) => string | number) =>
    `| ${name} | ${reports.map(of).join(' | ')} |`;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const histogramRows = Object.keys(reports[0]?.dispatch.histogram ?? {}).map((name) =>
    row(`… ${name}`, ({ dispatch }) => dispatch.histogram[name] ?? 0),
  );
  return [
    row('database', ({ database }) => database),
    `| --- | ${reports.map(() => '---').join(' | ')} |`,
    row('apis, solvers', ({ apis, solvers }) => `${apis}, ${solvers}`),
    row('seed', ({ seed }) => seed),
    row('jobs answered with 202', ({ jobs }) => jobs),
    row('killed with -9', ({ kills }) => list(kills)),
    row('ends', ({ ends }) => list(ends)),
    row('attempts per job', ({ attempts }) =>
      Object.entries(attempts)
        .map(([n, count]) => `${count} × ${n}`)
        .join(', '),
    ),
    row('jobs with two attempts at once', ({ doubles, looks }) => `${doubles} in ${looks} looks`),
    row('given up after five losses', (report) => report.given_up),
    row('jobs whose 202 was swallowed', ({ unanswered }) => unanswered),
    row('seconds', ({ seconds }) => seconds.toFixed(0)),
    row('dispatches', ({ dispatch }) => dispatch.count),
    row(
      'enqueue to dispatch, median / p90 / p99',
      ({ dispatch: { median_ms, p90_ms, p99_ms } }) => `${median_ms} / ${p90_ms} / ${p99_ms} ms`,
    ),
    ...histogramRows,
    row('lost, changed or recorded twice', ({ faults }) => faults.length),
  ].join('\n');
}
