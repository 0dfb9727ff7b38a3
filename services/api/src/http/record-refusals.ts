// Puts refusals into the audit log before they are answered. What is wrong with a request is no refusal.
import { AstrogateError, errorTable } from '@astrogate/proto';
import type { ErrorRequestHandler } from 'express';
import { RefusedAct } from '../audit/refused-act.js';
import type { ApiContext } from '../context.js';
import { actOf } from './audited.js';
import { addressOf } from './client-address.js';

const refusing: ReadonlySet<number> = new Set([401, 403, 429]);

export function recordRefusals({
  refusals,
  callerKeys,
}: Pick<ApiContext, 'refusals' | 'callerKeys'>): ErrorRequestHandler {
  return async (error, request, _response, next) => {
    if (error instanceof AstrogateError && refusing.has(errorTable[error.code].http)) {
      const {
        act: name,
        target,
        detail,
      }: RefusedAct['tried'] = error instanceof RefusedAct
        ? error.tried
        : { act: 'request.refused', target: `${request.method} ${request.path}` };
      const act = actOf(request, name, target);
      const asker = `${callerKeys.of(addressOf(request))} ${act.actor}`;
      await refusals.record({ ...act, result: 'refused', detail: { ...detail, code: error.code } }, asker);
    }
    next(error);
  };
}
