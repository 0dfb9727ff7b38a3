// How long a call may last, and the signal that ends it.
import { AstrogateError } from '@astrogate/proto';
import { methods } from './methods.js';
import type { ServerSurfaceCall } from './server-call.js';

export interface CallSignal extends Disposable {
  /** Fires with `cancelled` when the caller is gone, with `timeout` when the time of the call is over. */
  readonly signal: AbortSignal;
}

/** Milliseconds that a call may last from `now`: until its deadline, but never longer than its method allows. */
export function timeLeft(path: string, deadline: Date | number, now: number): number {
  const cap = methods[path]?.maxMs ?? Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(cap, Number(deadline) - now));
}

export function callSignal(call: ServerSurfaceCall): CallSignal {
  const controller = new AbortController();
  const onCancelled = () => controller.abort(new AstrogateError('cancelled'));
  const leftMs = timeLeft(call.getPath(), call.getDeadline(), Date.now());
  const timer = Number.isFinite(leftMs)
    ? setTimeout(() => controller.abort(new AstrogateError('timeout')), leftMs)
    : undefined;
  call.on('cancelled', onCancelled);
  if (call.cancelled) onCancelled();
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      call.off('cancelled', onCancelled);
    },
  };
}
