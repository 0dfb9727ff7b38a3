// What every kind of server call offers, and how its peer is named.

import { identifierPattern, requestIdKey } from '@astrogate/proto';
import type { handleBidiStreamingCall, handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import { identityOf } from './identities.js';

type FirstParameter<F extends (...args: never[]) => unknown> = Parameters<F>[0];
export type UnaryCall<Request, Response> = FirstParameter<handleUnaryCall<Request, Response>>;
export type ServerStream<Request, Response> = FirstParameter<handleServerStreamingCall<Request, Response>>;
export type DuplexStream<Request, Response> = FirstParameter<handleBidiStreamingCall<Request, Response>>;
/** What they have in common; grpc-js does not export its own type for it. */
export type ServerSurfaceCall = Pick<
  UnaryCall<unknown, unknown>,
  'cancelled' | 'getAuthContext' | 'getDeadline' | 'getPath' | 'metadata'
> &
  Pick<NodeJS.EventEmitter, 'on' | 'off'>;

/** The identity of the peer, undefined when it has none. Never throws: grpc-js does where a connection was cut just now. */
export function peerIdentity(call: Pick<ServerSurfaceCall, 'getAuthContext'>): string | undefined {
  try {
    return identityOf(call.getAuthContext().sslPeerCertificate?.raw);
  } catch {
    return undefined;
  }
}

/** The peer's identity for a log line; authorization has already checked it. */
export function peerOf(call: Pick<ServerSurfaceCall, 'getAuthContext'>): string {
  return peerIdentity(call) ?? 'none';
}

/** The request id in the call's metadata, when there is one of the right form. */
export function requestIdOf(call: Pick<ServerSurfaceCall, 'metadata'>): string | undefined {
  const [value] = call.metadata.get(requestIdKey);
  return typeof value === 'string' && identifierPattern.test(value) ? value : undefined;
}
