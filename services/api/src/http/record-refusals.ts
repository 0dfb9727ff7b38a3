// Puts refusals into the audit log before they are answered. What is wrong with a request is no refusal.
import { AstrogateError, errorTable } from '@astrogate/proto';
import type { ErrorRequestHandler, Request } from 'express';
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
    if (error instanceof AstrogateError && isRefusal(error)) {
      const { act: name, target, detail } = triedBy(error, request);
      const act = actOf(request, name, target);
      const asker = `${callerKeys.of(addressOf(request))} ${act.actor}`;
      await refusals.record({ ...act, result: 'refused', detail: { ...detail, code: error.code } }, asker);
    }
    next(error);
  };
}

function isRefusal(error: AstrogateError): boolean {
  return error instanceof RefusedAct || refusing.has(errorTable[error.code].http);
}

function triedBy(error: AstrogateError, request: Request): RefusedAct['tried'] {
  if (error instanceof RefusedAct) return error.tried;
  return { act: 'request.refused', target: `${request.method} ${request.path}` };
}
