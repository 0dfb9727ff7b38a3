// Asks the engine again and again whether it is there, tells the state, and sweeps: regularly, when it came back, and
// soon after a sandbox could not be removed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@astrogate/common';
import { engineCheckMs, sweepMs } from '../limits.js';
import type { SolverState } from '../solver-state.js';

interface Parts {
  readonly ping: (timeoutMs: number) => Promise<unknown>;
  readonly sweep: () => Promise<unknown>;
  /** Whether a sandbox was left behind that should be gone. */
  readonly isSweepDue: () => boolean;
  readonly state: SolverState;
  readonly log: Logger;
  /** Milliseconds between two questions; a lost engine is noticed after at most twice that. */
  readonly checkMs?: number;
}

/** Watches until `signal` fires. Never throws. */
export async function watchEngine(parts: Parts, signal: AbortSignal): Promise<void> {
  const checkMs = parts.checkMs ?? engineCheckMs;
  let lost = false;
  let nextSweep = Date.now() + sweepMs;
  while (!signal.aborted) {
    await sleep(checkMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const answers = await succeeds(parts.ping(checkMs));
    if (answers === lost) {
      lost = !answers;
      parts.log[lost ? 'error' : 'info'](lost ? 'engine lost' : 'engine is back');
      nextSweep = Date.now();
    }
    if (!lost && (Date.now() >= nextSweep || parts.isSweepDue())) {
      nextSweep = Date.now() + sweepMs;
      if (!(await succeeds(parts.sweep()))) parts.log.warn('sweep failed');
    }
    parts.state.setEngineLost(lost);
  }
}

async function succeeds(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch {
    return false;
  }
}
