// Looks, while jobs run, whether two sandboxes work on the same job at the same time.
import type { Stack } from '@astrogate/local';
import { listSandboxes } from '../ops-calls.js';

const everyMs = 250;

/** Ids of the jobs that several sandboxes worked on, seen twice in a row: the solvers are not asked at the same instant. */
export async function watchForDoubles(
  { solvers, certificates }: Pick<Stack, 'solvers' | 'certificates'>,
  signal: AbortSignal,
): Promise<{ looks: number; doubles: string[] }> {
  const doubles = new Set<string>();
  let looks = 0;
  let before: readonly string[] = [];
  while (!signal.aborted) {
    const seen = await Promise.allSettled(
      solvers.map(({ process }) => listSandboxes({ solver: process, certificates })),
    );
    const now = repeated(
      seen.flatMap((list) => (list.status === 'fulfilled' ? list.value.map((box) => box.jobId) : [])),
    );
    for (const id of now) if (before.includes(id)) doubles.add(id);
    before = now;
    if (seen.some(({ status }) => status === 'fulfilled')) looks += 1;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return { looks, doubles: [...doubles] };
}

/** Names that stand there more than once; sandboxes without a job have an empty one. */
export function repeated(jobIds: readonly string[]): string[] {
  const atWork = jobIds.filter((id) => id !== '');
  return [...new Set(atWork.filter((id, index) => atWork.indexOf(id) !== index))];
}
