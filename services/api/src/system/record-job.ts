// Admin jobs in the audit log: that one was begun, and how it ended, in the transaction that says so of the job.
import type { AuditActName } from '../audit/acts.js';
import { appendAudit } from '../audit/audit.js';
import type { RecordAct } from '../storage/system-jobs.js';

const acts: Readonly<Record<string, AuditActName>> = {
  backup: 'system.backup',
  certificate: 'system.certificate',
  reset: 'system.reset',
  restore: 'system.restore',
};

/** A chain of certificates is long, and says nothing that is not in the job's steps. */
const withoutChain = (key: string, value: unknown) => (key === 'chain' ? undefined : value);

/** Who asked from where stands in the line of the request, which has the same request id. */
export const recordSystemJob: RecordAct = async (trx, what, { id, kind, actor, requestId, params, state }) => {
  const act = acts[kind];
  // Who cancelled it is known where it was asked for.
  if (!act || what === 'cancelled') return;
  const isFailed = what === 'ended' && state.status === 'failed';
  await appendAudit(trx, {
    ...{ act, actor, address: '', requestId, target: `job:${id}` },
    result: isFailed ? 'failed' : 'done',
    detail: {
      phase: what === 'created' ? 'begin' : 'end',
      ...(what === 'created' && { params: JSON.stringify(params, withoutChain) }),
      ...(isFailed && state.failure && { step: state.failure.step, code: state.failure.code }),
    },
  });
};
