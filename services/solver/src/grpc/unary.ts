// The edge of unary calls: a handler returns or throws, the status is made here.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { callSignal } from './deadline.js';
import { peerOf, requestIdOf } from './server-call.js';
import { toStatusError } from './status.js';

export interface CallContext {
  /** Fires when the caller is gone or its time is over. */
  readonly signal: AbortSignal;
  readonly peer: string;
  readonly requestId: string | undefined;
}

/** Wraps `handler` so that whatever it throws becomes a status of the error table and one log line. */
export function unary<Request, Response>(
  log: Logger,
  handler: (request: Request, context: CallContext) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, answer) => {
    using ending = callSignal(call);
    const context = { signal: ending.signal, peer: peerOf(call), requestId: requestIdOf(call) };
    try {
      answer(null, await handler(call.request, context));
    } catch (error) {
      const { code } = AstrogateError.from(error);
      const { peer, requestId } = context;
      log[code === 'internal' ? 'error' : 'warn'](
        { err: error, code, method: call.getPath(), peer, requestId },
        'call failed',
      );
      answer(toStatusError(error));
    }
  };
}
