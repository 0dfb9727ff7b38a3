// The address that a request is taken to come from, found out once.
import type { Request, RequestHandler } from 'express';
import { clientAddress, type TrustedProxies } from '../limits/client-address.js';

const addresses = new WeakMap<object, string>();

export function noteClientAddress(trusted: TrustedProxies): RequestHandler {
  return (request, _response, next) => {
    const address = clientAddress(request.socket.remoteAddress, request.get('x-forwarded-for'), trusted);
    if (address !== undefined) addresses.set(request, address);
    next();
  };
}

/** Undefined: the connection is gone. */
export function addressOf(request: Request): string | undefined {
  return addresses.get(request);
}
