// Progress of long steps on standard error: one line when a step begins, a sign of life, one line when it ends.

/** How often a step that still runs says so. */
const heartbeatMs = 10_000;

/** Runs `act` as a step named `title`; says how long it took, or that it failed. Steps below 0.2 s end silently. */
export async function step<T>(title: string, act: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const elapsed = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  say(`• ${title}`);
  const heartbeat = setInterval(() => say(`  … ${title}: ${elapsed()}`), heartbeatMs);
  try {
    const result = await act();
    if (performance.now() - begin > 200) say(`  done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`  failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A failure whose message tells the person at the keyboard what to do; shown without a stack. */
export class Advice extends Error {
  override name = 'Advice';
}
