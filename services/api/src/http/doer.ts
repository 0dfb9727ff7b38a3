// Who does what a request asks for, for the record.
import type { Request } from 'express';
import { principalOf } from '../access/authenticate.js';
import { actorOf, type Doer } from '../accounts/acts.js';
import { requestId } from './request-id.js';

export function doerOf(request: Request): Doer {
  return {
    actor: actorOf(principalOf(request)),
    address: request.socket.remoteAddress ?? '',
    requestId: requestId(request),
  };
}
