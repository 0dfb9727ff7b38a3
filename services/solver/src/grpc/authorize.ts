// Decides, before a handler or even a message is looked at, whether a peer may make a call. Denies by default.
import type { Logger } from '@astrogate/common';
import { untrusted } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { type Caller, methods } from './methods.js';
import type { OpenCalls } from './open-calls.js';
import { peerIdentity } from './server-call.js';
import { toStatus } from './status.js';

export type Identities = Readonly<Record<Caller, string>>;

/** Why a call may not be made, or undefined. `identity` is compared as a whole. */
export function denial(
  call: { path: string; identity: string | undefined; hasDeadline: boolean },
  identities: Identities,
): AstrogateError | undefined {
  const method = Object.hasOwn(methods, call.path) ? methods[call.path] : undefined;
  const isAllowed = method?.callers.some((caller) => identities[caller] === call.identity);
  if (call.identity === undefined || !isAllowed) return new AstrogateError('forbidden');
  if (method?.maxMs !== undefined && !call.hasDeadline) {
    return new AstrogateError('invalid_request', 'The call has no deadline');
  }
  return undefined;
}

/** An interceptor that ends a denied call with its status; the handler never hears of it. */
export function createAuthorization(identities: Identities, log: Logger, openCalls: OpenCalls): ServerInterceptor {
  return (method, call) => {
    const identity = peerIdentity(call);
    const hasDeadline = Number.isFinite(Number(call.getDeadline()));
    const peer = identity ?? 'none';
    let isOpen = false;
    const refusal = (): AstrogateError | undefined => {
      const reason = denial({ path: method.path, identity, hasDeadline }, identities) ?? compression(call);
      if (reason) return reason;
      isOpen = openCalls.enter(peer);
      return isOpen ? undefined : new AstrogateError('busy', 'This caller has too many open calls');
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const reason = refusal();
            if (!reason) return proceed(metadata);
            log.warn(
              {
                security: true,
                code: reason.code,
                method: method.path,
                peer: untrusted(peer),
                address: call.getPeer(),
              },
              'call denied',
            );
            call.sendStatus(toStatus(reason));
          },
          // Comes once for every call that got as far as its metadata, however it ends.
          onCancel: () => {
            if (isOpen) openCalls.leave(peer);
            isOpen = false;
          },
        }),
    });
  };
}

/**
 * Why messages of this encoding are not read, or undefined. Nobody of ours compresses, and grpc-js opens all messages
 * of a frame at once: 16 KB of them become 14 MB. It hides the header from interceptors, so its own field is read;
 * without that field nothing is read.
 */
function compression(call: object): AstrogateError | undefined {
  const isPlain = 'incomingEncoding' in call && call.incomingEncoding === 'identity';
  return isPlain ? undefined : new AstrogateError('invalid_request', 'Compressed messages are not read');
}
