// What is killed during a soak, and when. The api is not: until jobs are in a database, they end with it.
import type { Random, Stack } from '@astrogate/local';
import type { SecondEngine } from '../second-engine.js';
import { eventually } from '../test-stack.js';

export type Victim = 'solver' | 'engine';

export interface Mishap {
  victim: Victim;
  /** After so many jobs have begun. */
  afterJob: number;
}

/** The last jobs are left in peace, so that one process of each kind lives long enough to tell a slope from warming up. */
const struckShare = 0.6;

/** Random moments in the first part of the jobs, none before the first, in order. */
export function planMishaps(jobs: number, kills: Readonly<Record<Victim, number>>, random: Random): Mishap[] {
  const moment = (): number => 1 + Math.floor(random.uniform() * Math.max(1, jobs * struckShare - 1));
  const of = (victim: Victim) => Array.from({ length: kills[victim] }, () => ({ victim, afterJob: moment() }));
  return [...of('solver'), ...of('engine')].sort((a, b) => a.afterJob - b.afterJob);
}

/** How long a dead engine stays dead, at most. */
const longestAbsenceMs = 3_000;
const healMs = 90_000;

/** SIGKILL, a new start, and resolves when a job would be taken again. */
export async function strike(victim: Victim, stack: Stack, engine: SecondEngine, random: Random): Promise<void> {
  if (victim === 'solver') {
    await stack.restartSolver();
  } else {
    await engine.kill();
    await new Promise((resolve) => setTimeout(resolve, random.uniform() * longestAbsenceMs));
    await engine.start();
  }
  await eventually(`ready again after the ${victim} was killed`, healMs, () => isReady(stack));
}

async function isReady({ url }: Stack): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.ok;
}
