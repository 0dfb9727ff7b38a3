// From what a soak saw to the promises it kept or broke. Pure.
import { errorTable, isErrorCode } from '@astrogate/proto';
import type { Victim } from './mishaps.js';
import { type Growth, isWithin, type Tolerance } from './slopes.js';

export interface SoakRecord {
  kind: string;
  word: string;
  /** Words in which a job of this kind may end when nothing is killed. */
  words: readonly string[];
  /** Something was dead, or not yet ready again, while this job was on its way. */
  disturbed: boolean;
  /** Questions about the job that had to be asked again. */
  troubles: number;
  jobId?: string;
  seconds: number;
}

export interface SoakFacts {
  records: readonly SoakRecord[];
  /** What was struck, and how long it took until a job would be taken again. */
  mishaps: readonly { victim: Victim; afterJob: number; seconds: number }[];
  /** How often the end of a job was recorded, by its id. */
  endsWritten: ReadonlyMap<string, number>;
  /** Rests between batches, and what had not come to rest in time at any of them. */
  rests: number;
  unrest: readonly string[];
  slots: number;
  /** At the last rest, before anything was stopped. */
  atRest: { running: number; waiting: number; spoolFiles: number; containers: number; warm: number };
  /** Containers on the engine, in whatever state, after the solver was stopped. */
  containersLeft: number;
  /** A sky after everything. */
  lastWord: string;
  growth: Record<'api' | 'solver', { fds: Growth; bytes: Growth }>;
}

/** One descriptor in twenty jobs; where there is no slope, more than a busy moment needs. */
export const fdTolerance: Tolerance = { slope: 0.05, most: 8 };
/** A job with its solution holds up to 0.8 MB: a tenth of them kept for ever is seen. */
export const byteTolerance: Tolerance = { slope: 80_000, most: 32e6 };

export interface SoakVerdict {
  promise: string;
  measured: string;
  kept: boolean;
}

export function verdictsOf(facts: SoakFacts): SoakVerdict[] {
  const { records, atRest, unrest, growth, endsWritten } = facts;
  const ids = records.flatMap(({ jobId }) => jobId ?? []);
  const strange = records.filter((record) => !isExpected(record));
  const without = ids.filter((id) => !endsWritten.has(id));
  const several = [...endsWritten.values()].filter((count) => count !== 1);
  const cut = cutOff(records).length;
  const full = atRest.running === 0 && atRest.waiting === 0;
  return [
    row('no container is left', facts.containersLeft === 0, `${facts.containersLeft}`),
    row('at rest only warm sandboxes', atRest.containers === atRest.warm, `${atRest.containers}, ${atRest.warm} warm`),
    row(
      'the spool holds only what was cut off',
      atRest.spoolFiles <= cut,
      `${atRest.spoolFiles} files, ${cut} cut off`,
    ),
    row('permits full', full, `${facts.slots - atRest.running} of ${facts.slots}, ${atRest.waiting} wait`),
    row('all came to rest between batches', unrest.length === 0, unrest[0] ?? `${facts.rests} times`),
    row('one outcome per job', without.length + several.length === 0, oneOutcome(endsWritten, without, several)),
    row(
      'every job ended as its kind must',
      strange.length === 0,
      wordsOf(strange) || `${records.length} of ${records.length}`,
    ),
    row('a sky is solved afterwards', facts.lastWord === 'solved', facts.lastWord),
    ...(['api', 'solver'] as const).flatMap((who) => [
      row(`no slope of file descriptors, ${who}`, isWithin(growth[who].fds, fdTolerance), fdsOf(growth[who].fds)),
      row(`no slope of memory, ${who}`, isWithin(growth[who].bytes, byteTolerance), bytesOf(growth[who].bytes)),
    ]),
  ];
}

const row = (promise: string, kept: boolean, measured: string): SoakVerdict => ({ promise, measured, kept });

/** Whatever is killed, a caller is told to try again, or gets what he would have got. */
export function isExpected({ word, words, disturbed, troubles }: SoakRecord): boolean {
  const code = word.split(' ').at(-1);
  if (!disturbed && troubles > 0) return false;
  return (
    words.includes(word) ||
    (disturbed && word === 'no answer') ||
    (disturbed && isErrorCode(code) && errorTable[code].retryable)
  );
}

/**
 * Calls of which nobody knows how far they came when something was killed. What they have left in the spool is removed
 * after an hour, since another api might still be writing it.
 */
export const cutOff = (records: readonly SoakRecord[]) =>
  records.filter(({ disturbed, jobId }) => disturbed && jobId === undefined);

const oneOutcome = (ends: ReadonlyMap<string, number>, without: readonly string[], several: readonly number[]) =>
  `${ends.size} jobs ended, ${several.length} more than once, ${without.length} never`;
const fdsOf = ({ slope, most, samples }: Growth) =>
  `${slope.toFixed(3)} a job, ${most} in all, ${samples.length} samples`;
const bytesOf = ({ slope, most, samples }: Growth) =>
  `${(slope / 1000).toFixed(0)} kB a job, ${(most / 1e6).toFixed(1)} MB in all, ${samples.length} samples`;

function wordsOf(records: readonly SoakRecord[]): string {
  const counts = Map.groupBy(records, ({ word }) => word);
  return [...counts].map(([word, those]) => `${those.length} ${word}`).join(', ');
}

/** Two Markdown tables: the promises, and how jobs of each kind ended. */
export function soakTable(facts: SoakFacts): string {
  const verdicts = verdictsOf(facts).map(({ promise, measured, kept }) => [promise, measured, kept ? 'yes' : 'NO']);
  const kinds = [...Map.groupBy(facts.records, ({ kind }) => kind)].map(([kind, those]) => [
    kind,
    `${those.length}`,
    wordsOf(those),
  ]);
  return [table(['promise', 'measured', 'kept'], verdicts), table(['jobs', 'number', 'ended'], kinds)].join('\n\n');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
