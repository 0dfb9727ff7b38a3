// The same jobs through the service and through the bare program: how long they take, and whose processor time it is.
import type { DockerCli, Stack } from '@astrogate/local';
import { bareWay } from '../bench/bare-way.js';
import { watchMachine } from '../bench/machine-use.js';
import type { BenchPicture, ScaleHint } from '../bench/way.js';
import { endedJob, inLanes, submitJob } from '../solve-jobs.js';
import { containerCpuSeconds, cpuSecondsOf } from './process-use.js';

export interface LoadJob {
  picture: BenchPicture;
  hint?: ScaleHint;
}

/** Sums over all jobs of a run; seconds. */
export interface LoadRun {
  jobs: number;
  solved: number;
  /** From the first byte to the last answer. */
  seconds: number;
  /** Of the whole machine. */
  machineCpu: number;
  /** Of what ran in the containers; the bare way alone can tell. */
  programCpu?: number;
  apiCpu?: number;
  solverCpu?: number;
  /** Of this process, which plays all clients. */
  clientCpu: number;
}

/** What the whole machine did while `act` ran, processor seconds. */
async function machineSeconds(act: () => Promise<void>): Promise<number> {
  const stop = watchMachine();
  try {
    await act();
  } finally {
    stop();
  }
  return stop().cpuSeconds;
}

/** Clients that hand jobs in at the same time: enough that the queue is never empty. */
const submitters = 4;

/** All jobs into the queue as fast as it takes them. */
export async function runThroughService(
  stack: Stack,
  jobs: readonly LoadJob[],
  signal?: AbortSignal,
): Promise<LoadRun> {
  const pids = [stack.api.pid, stack.solver.pid] as const;
  const before = pids.map(cpuSecondsOf);
  const client = process.cpuUsage();
  const begin = Date.now();
  let [last, solved] = [begin, 0];
  const machineCpu = await machineSeconds(async () => {
    const ids: string[] = [];
    await inLanes(jobs, submitters, async ({ picture, hint }) => {
      ids.push((await submitJob(stack.url, picture.bytes, hint ? scaleFields(hint) : {}, signal)).id);
    });
    for (const id of ids) {
      const job = await endedJob(stack.url, id, signal);
      last = Math.max(last, Date.parse(job.finished_at ?? ''));
      if (job.status === 'solved') solved += 1;
    }
  });
  const [apiCpu = 0, solverCpu = 0] = pids.map((pid, at) => cpuSecondsOf(pid) - (before[at] ?? 0));
  const seconds = (last - begin) / 1000;
  return { jobs: jobs.length, solved, seconds, machineCpu, apiCpu, solverCpu, clientCpu: ownSeconds(client) };
}

/** One program per container at a time, started for each job, given the job, waited for. */
export async function runBare(
  cli: DockerCli,
  containers: readonly string[],
  jobs: readonly LoadJob[],
  signal?: AbortSignal,
): Promise<LoadRun> {
  const programSeconds = async () => {
    const each = await Promise.all(containers.map((container) => containerCpuSeconds(cli, container)));
    return each.reduce((sum, seconds) => sum + seconds, 0);
  };
  const programBefore = await programSeconds();
  const client = process.cpuUsage();
  const begin = Date.now();
  let solved = 0;
  const queue = jobs[Symbol.iterator]();
  const machineCpu = await machineSeconds(async () => {
    await inLanes(containers, containers.length, async (container) => {
      const way = bareWay(cli, container);
      for (const { picture, hint } of queue) {
        signal?.throwIfAborted();
        const solve = await way.ready(picture, hint);
        if ((await solve()).solved) solved += 1;
      }
    });
  });
  const seconds = (Date.now() - begin) / 1000;
  const programCpu = (await programSeconds()) - programBefore;
  return { jobs: jobs.length, solved, seconds, machineCpu, programCpu, clientCpu: ownSeconds(client) };
}

const scaleFields = ({ low, high }: ScaleHint) => ({
  ...{ scale_low: String(low), scale_high: String(high), scale_units: 'arcsecperpix' },
});

function ownSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
