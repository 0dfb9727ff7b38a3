// Tables that requests hold for a moment too long are asked for again: that is no reason to take everything back.
import { setTimeout as pause } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';

const mostTries = 6;
const pauseMs = 2_000;

/** Throws what `act` throws; `storage_unavailable` only after several tries. */
export async function patiently(act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      const isPassing = error instanceof AstrogateError && error.code === 'storage_unavailable';
      if (!isPassing || tries === mostTries) throw error;
    }
    await pause(pauseMs, undefined, { signal });
  }
}
