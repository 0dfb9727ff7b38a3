// A request as the audit log tells of it: who, whence, what, on what.
import type { Request } from 'express';
import { knownPrincipalOf } from '../access/asker.js';
import { actorOf } from '../access/principal.js';
import type { AuditActName } from '../audit/acts.js';
import type { AuditAct, Doer } from '../audit/audit.js';
import { addressOf } from './client-address.js';
import { requestId } from './request-id.js';

/** Who does what the request asks for. */
export function doerOf(request: Request): Doer {
  return {
    actor: actorOf(knownPrincipalOf(request)),
    address: addressOf(request) ?? '',
    requestId: requestId(request),
  };
}

/** `act`, done by whoever asks. `target`: on what, such as "job:ID". */
export function actOf(request: Request, act: AuditActName, target: string): AuditAct {
  return { ...doerOf(request), act, target, result: 'done' };
}
