// A soak from its first job to its last look: mixed jobs in batches, kills in between, rest after each batch.
import { seededRandom } from '@astrogate/local';
import { inLanes } from '../solve-jobs.js';
import { type Mishap, type Strikable, strike } from './mishaps.js';
import { containersOf, type Holdings, holdingsOf, settle, type Watched } from './rest.js';
import { afterWarmUp, growthOf } from './slopes.js';
import { type CallEnd, type Caller, forget, solveIt } from './soak-calls.js';
import type { SoakKind } from './soak-kinds.js';
import type { SoakPictures } from './soak-pictures.js';
import { cutOff, type SoakFacts, type SoakRecord } from './soak-report.js';

export interface SoakParts extends Watched, Strikable {
  pictures: SoakPictures;
  ends(): Promise<ReadonlyMap<string, number>>;
  mix: readonly SoakKind[];
  mishaps: readonly Mishap[];
  /** Jobs of a batch. */
  batch: number;
  /** Callers at the same time: more than slots, so that jobs wait, too. */
  lanes: number;
  /** What chance decides for a job depends on this and on its number alone. */
  seed: number;
  signal: AbortSignal;
  say(line: string): void;
}

interface Struck {
  victim: Mishap['victim'];
  afterJob: number;
  /** Milliseconds since 1970; `healed` is infinite until a job would be taken again. */
  begun: number;
  healed: number;
}

/** Runs all of it and stops the stack. Throws the signal's reason when that fires. */
export async function runSoak(parts: SoakParts): Promise<SoakFacts> {
  const { stack, mix, batch, signal, say } = parts;
  const caller: Caller = { url: stack.url, signal };
  const records: TimedRecord[] = [];
  const struck: Struck[] = [];
  const unrest: string[] = [];
  const held: Record<'api' | 'solver', Holdings[]> = { api: [], solver: [] };
  const rest = async () => {
    const { atRest, unrest: more } = await settle(parts, cutOff(disturbedOf(records, struck)).length, signal);
    unrest.push(...more);
    held.api.push(holdingsOf(stack.api.pid, records.length));
    held.solver.push(holdingsOf(stack.solver.pid, records.length));
    return atRest;
  };
  let atRest = await rest();
  for (let from = 0; from < mix.length; from += batch) {
    const blows = new Blows(parts, struck);
    await inLanes(mix.slice(from, from + batch).entries(), parts.lanes, async ([at, kind]) => {
      blows.jobBegins(from + at);
      const begun = Date.now();
      const end = await kind.act(caller, parts.pictures, seededRandom(parts.seed + from + at));
      records.push(recordOf(kind, end, begun, Date.now()));
    });
    await blows.healed();
    const ids = records.slice(-batch).flatMap(({ jobId }) => jobId ?? []);
    await inLanes(ids, parts.lanes, async (id) => void (await forget(caller, id)));
    atRest = await rest();
    say(
      `• ${records.length} of ${mix.length} jobs, ${struck.length} kills; ${holds('api', held)}, ${holds('solver', held)}`,
    );
  }
  const lastWord = (await solveIt(caller, parts.pictures.good[0]?.bytes ?? Buffer.alloc(0), {})).word;
  await stack.stop();
  return {
    records: disturbedOf(records, struck),
    mishaps: struck.map(({ begun, healed, ...one }) => ({ ...one, seconds: (healed - begun) / 1000 })),
    endsWritten: await parts.ends(),
    rests: held.api.length,
    ...{ unrest, slots: atRest.slots, atRest, lastWord },
    containersLeft: (await containersOf(parts.cli)).length,
    growth: { api: growth(held.api), solver: growth(held.solver) },
  };
}

/** Strikes once the job is begun for which a mishap is planned, one blow after the other. */
class Blows {
  #last: Promise<void> = Promise.resolve();

  constructor(
    readonly parts: SoakParts,
    readonly struck: Struck[],
  ) {}

  jobBegins(nth: number): void {
    const { seed, say } = this.parts;
    for (const { victim, afterJob } of this.parts.mishaps.filter((mishap) => mishap.afterJob === nth)) {
      this.#last = this.#last.then(async () => {
        const one = { victim, afterJob, begun: Date.now(), healed: Number.POSITIVE_INFINITY };
        this.struck.push(one);
        say(`  job ${nth}: the ${victim} is killed`);
        await strike(victim, this.parts, seededRandom(seed + nth));
        one.healed = Date.now();
      });
      // Whoever waits for `healed` is told; until then it must not count as unhandled.
      this.#last.catch(() => {});
    }
  }

  healed(): Promise<void> {
    return this.#last;
  }
}

function recordOf({ name, words }: SoakKind, { word, jobId, troubles = 0 }: CallEnd, begun: number, ended: number) {
  const seconds = (ended - begun) / 1000;
  const plain = { kind: name, words, word, troubles, disturbed: false, seconds, begun, ended };
  return { ...plain, ...(jobId !== undefined && { jobId }) };
}

type TimedRecord = SoakRecord & { begun: number; ended: number };

const disturbedOf = (records: readonly TimedRecord[], struck: readonly Struck[]) =>
  records.map((record) => ({ ...record, disturbed: struck.some((one) => meets(record, one)) }));

const meets = (job: { begun: number; ended: number }, { begun, healed }: Struck): boolean =>
  job.begun <= healed && job.ended >= begun;

function holds(who: 'api' | 'solver', held: Record<'api' | 'solver', Holdings[]>): string {
  const { fds, bytes } = held[who].at(-1) ?? {};
  return `${who} ${fds?.value} descriptors, ${((bytes?.value ?? 0) / 1e6).toFixed(0)} MB`;
}

/** A process compiles what is hot, and its heap finds its size, in its first jobs; measured, it is flat from here on. */
const warmUpJobs = 60;

const growth = (held: readonly Holdings[]) => ({
  fds: growthOf(held.map(({ fds }) => fds)),
  bytes: growthOf(
    afterWarmUp(
      held.map(({ bytes }) => bytes),
      warmUpJobs,
    ),
  ),
});
