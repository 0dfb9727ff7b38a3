// Decides, before a handler or even a message is looked at, whether a peer may make a call. Denies by default.
import type { Logger } from '@astrogate/common';
import { untrusted } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { identityOf } from './identities.js';
import { type Caller, methods } from './methods.js';
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
export function createAuthorization(identities: Identities, log: Logger): ServerInterceptor {
  return (method, call) => {
    const identity = identityOf(call.getAuthContext().sslPeerCertificate?.raw);
    const hasDeadline = Number.isFinite(Number(call.getDeadline()));
    const reason = denial({ path: method.path, identity, hasDeadline }, identities);
    if (reason === undefined) return new ServerInterceptingCall(call);
    const peer = untrusted(identity ?? 'none');
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: () => {
            log.warn(
              { security: true, code: reason.code, method: method.path, peer, address: call.getPeer() },
              'call denied',
            );
            call.sendStatus(toStatus(reason));
          },
        }),
    });
  };
}
