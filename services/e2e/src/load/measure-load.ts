// The load, part by part: many uploads, blind jobs, hinted jobs; service and bare program in turn.
import { availableParallelism } from 'node:os';
import type { DockerCli, Stack } from '@astrogate/local';
import { type LoadJobs, repeated } from './load-pictures.js';
import { kindFigures, type LoadReport } from './load-summary.js';
import { watchLoad } from './load-watch.js';
import { type LoadJob, type LoadRun, runBare, runThroughService } from './throughput.js';
import { uploadAtOnce } from './uploads.js';

export interface LoadSize {
  /** Jobs of each kind. */
  blindJobs: number;
  hintedJobs: number;
  /** Service and bare program take turns so often, so that what else the machine does meets both. */
  turns: number;
  clients: number;
  /** Of each upload. */
  megabytes: number;
}

export interface LoadParts {
  /** Must serve metrics. */
  stack: Stack;
  cli: DockerCli;
  /** Idle containers without limits, one per core. */
  containers: readonly string[];
  jobs: LoadJobs;
  signal?: AbortSignal;
  say(line: string): void;
}

export const lanes = availableParallelism();

export async function measureLoad(parts: LoadParts, size: LoadSize): Promise<LoadReport> {
  const { stack, jobs, signal, say } = parts;
  // The first jobs of a process pay for what it loads and compiles.
  await runThroughService(stack, repeated(jobs.hinted, lanes), signal);
  say(`• ${size.clients} uploads of ${size.megabytes} MB at once`);
  const uploads = await watchLoad(stack, () => uploadAtOnce(stack, { ...size, ...(signal && { signal }) }));
  const blind = await measureKind(parts, 'blind', size.blindJobs, size.turns);
  const hinted = await measureKind(parts, 'hinted', size.hintedJobs, size.turns);
  return { blind, hinted, uploads: { ...uploads.result, ...uploads.worst } };
}

async function measureKind(
  { stack, cli, containers, jobs, signal, say }: LoadParts,
  kind: keyof LoadJobs,
  count: number,
  turns: number,
): Promise<LoadReport['blind']> {
  const [service, bare]: [LoadRun[], LoadRun[]] = [[], []];
  const { worst } = await watchLoad(stack, async () => {
    for (const batch of batches(jobs[kind], count, turns)) {
      bare.push(await runBare(cli, containers, batch, signal));
      service.push(await runThroughService(stack, batch, signal));
      const rate = (runs: readonly LoadRun[]) => ((runs.at(-1)?.jobs ?? 0) / (runs.at(-1)?.seconds ?? 1)).toFixed(2);
      say(`• ${batch.length} ${kind} jobs: bare ${rate(bare)}, service ${rate(service)} a second`);
    }
  });
  return { ...kindFigures(service, bare), ...worst };
}

/** `count` jobs in `turns` batches of nearly the same size, none empty. */
export function batches(jobs: readonly LoadJob[], count: number, turns: number): LoadJob[][] {
  const all = repeated(jobs, count);
  const size = Math.ceil(count / turns);
  return Array.from({ length: Math.ceil(count / size) }, (_, turn) => all.slice(turn * size, (turn + 1) * size));
}
