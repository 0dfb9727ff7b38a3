// Waits for a promise, but not for ever.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';

/** The value of `promise`. Throws `code` after `ms`, and the reason of `signal` when that fires first. */
export async function within<T>(promise: Promise<T>, ms: number, code: ErrorCode, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: interruption, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  const timer = setTimeout(() => reject(new AstrogateError(code)), ms);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, interruption]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
