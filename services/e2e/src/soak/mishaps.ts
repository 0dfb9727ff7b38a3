// What is killed during a soak, and when.
import type { PostgresServer, Random, Stack } from '@astrogate/local';
import type { SecondEngine } from '../second-engine.js';
import { eventually } from '../test-stack.js';

export const victims = ['api', 'solver', 'database', 'engine'] as const;
export type Victim = (typeof victims)[number];

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
  return victims.flatMap(of).sort((a, b) => a.afterJob - b.afterJob);
}

/** How long a dead engine or database stays dead, at most. */
const longestAbsenceMs = 3_000;
const healMs = 90_000;

export interface Strikable {
  stack: Stack;
  engine: SecondEngine;
  database: PostgresServer;
}

/** SIGKILL, a new start, and resolves when a job would be taken again. */
export async function strike(victim: Victim, { stack, engine, database }: Strikable, random: Random): Promise<void> {
  const absence = () => new Promise((resolve) => setTimeout(resolve, random.uniform() * longestAbsenceMs));
  if (victim === 'api') {
    await stack.restartApi();
  } else if (victim === 'solver') {
    await stack.restartSolver();
  } else if (victim === 'database') {
    await database.kill();
    await absence();
    await database.restart();
  } else {
    await engine.kill();
    await absence();
    await engine.start();
  }
  await eventually(`ready again after the ${victim} was killed`, healMs, () => isReady(stack));
}

async function isReady({ url }: Stack): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}
