// The stack at rest, between two batches: what must be so, and what its processes hold then.
import { readdirSync } from 'node:fs';
import type { DockerCli, Stack } from '@astrogate/local';
import { residentBytesOf } from '../load/process-use.js';
import { solverStatus } from '../ops-calls.js';
import type { Sample } from './slopes.js';
import type { SoakFacts } from './soak-report.js';

export interface Watched {
  stack: Stack;
  /** The stack's own engine, which nobody else uses. */
  cli: DockerCli;
  spoolDirectory: string;
}

export type AtRest = SoakFacts['atRest'] & { slots: number };

/** A second attempt at removing, a sweep, and as many new warm sandboxes as there are slots. */
const settleMs = 60_000;
const lookMs = 250;

/**
 * Waits for rest: no attempt, no file but `files` of uploads that were cut off, no container but those that are warm, and
 * all of those. Says what was not so.
 */
export async function settle(
  watched: Watched,
  files: number,
  signal: AbortSignal,
): Promise<{ atRest: AtRest; unrest: string[] }> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    signal.throwIfAborted();
    const atRest = await look(watched);
    const { running, waiting, spoolFiles, containers, warm, slots } = atRest;
    const unrest = [
      ...(running + waiting > 0 ? [`${running} attempts run and ${waiting} wait`] : []),
      ...(spoolFiles > files ? [`${spoolFiles} files in the spool, ${files} uploads were cut off`] : []),
      ...(containers !== warm ? [`${containers} containers, ${warm} of them warm`] : []),
      ...(warm < slots ? [`${warm} warm sandboxes of ${slots}`] : []),
    ];
    if (unrest.length === 0 || Date.now() > deadline) return { atRest, unrest };
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function look({ stack, cli, spoolDirectory }: Watched): Promise<AtRest> {
  const { running, waiting, warm, slots } = await solverStatus(stack);
  const containers = (await containersOf(cli)).length;
  return { running, waiting, warm, slots, containers, spoolFiles: readdirSync(spoolDirectory).length };
}

/** Ids of all containers of an engine, in whatever state. */
export async function containersOf(cli: DockerCli): Promise<string[]> {
  return (await cli.run(['ps', '--all', '--quiet'])).toString().split('\n').filter(Boolean);
}

export interface Holdings {
  fds: Sample;
  bytes: Sample;
}

/** What a process holds now. Linux only, like the sandboxes. */
export function holdingsOf(pid: number, jobs: number): Holdings {
  const fds = readdirSync(`/proc/${pid}/fd`).length;
  return { fds: { pid, jobs, value: fds }, bytes: { pid, jobs, value: residentBytesOf(pid) } };
}
