// Whoever listens for long is looked at again: a stream does not outlive the session or key that it was opened with.
import type { Accounts } from '../accounts/accounts.js';
import type { Principal } from './principal.js';

/** Requests are looked at one by one; a stream that is open goes on for so long at most. */
const everyMs = 15_000;

export interface Standing extends Disposable {
  /** Fires when `who` is so no more. */
  readonly over: AbortSignal;
}

export function watchStanding({ accounts }: { accounts: Pick<Accounts, 'isStill'> }, who: Principal): Standing {
  const over = new AbortController();
  if (who.kind === 'anonymous') return { over: over.signal, [Symbol.dispose]() {} };
  const look = async () => {
    // While the database is away nobody is turned out.
    if (!(await accounts.isStill(who).catch(() => true))) over.abort();
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return { over: over.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
