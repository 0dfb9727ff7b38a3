// A request as the audit log tells of it: who, whence, what, on what.
import type { Request } from 'express';
import { actorOf } from '../access/asker.js';
import type { AuditActName } from '../audit/acts.js';
import type { AuditAct } from '../audit/audit.js';
import { addressOf } from './client-address.js';
import { requestId } from './request-id.js';

/** `act`, done by whoever asks. `target`: on what, such as "job:ID". */
export function actOf(request: Request, act: AuditActName, target: string): AuditAct {
  const address = addressOf(request) ?? '';
  return { act, actor: actorOf(request), address, target, result: 'done', requestId: requestId(request) };
}
