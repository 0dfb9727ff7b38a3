// One more row of the audit log, in the transaction of the act that it tells of: either both are kept or none is.
import { type AuditDetail, type AuditResult, hashOfAudit, noHash } from '@astrogate/common';
import { sql } from 'kysely';
import type { Trx } from '../storage/tables.js';
import type { AuditActName } from './acts.js';

/** Who does something. */
export interface Doer {
  /** "user:ID", "key:ID", "anonymous" or "system". */
  readonly actor: string;
  /** Whence; empty when nobody asked over the network. */
  readonly address: string;
  /** Of the HTTP request. */
  readonly requestId: string;
}

export interface AuditAct extends Doer {
  readonly act: AuditActName;
  /** On what, such as "job:ID". */
  readonly target: string;
  readonly result: AuditResult;
  /** No secrets, and nothing that is not needed to know what happened. */
  readonly detail?: AuditDetail;
}

/** Held until the transaction ends, so that rows follow one another on all replicas. Any number of our own. */
const auditLock = 6_021_024;
/** Longest text of a field: what callers choose must not make rows large. */
const maxLength = 300;

/**
 * Appends in the caller's transaction, so that act and row are one. Everybody else who appends waits for that to end:
 * call it last.
 */
export async function appendAudit(trx: Trx, act: AuditAct): Promise<void> {
  await sql`select pg_advisory_xact_lock(${auditLock}::bigint)`.execute(trx);
  // A statement of its own: it sees what was committed while this one waited for the lock.
  const { rows } = await sql<{ at: Date; seq: string | number | null; hash: string | null }>`
    select date_trunc('milliseconds', clock_timestamp()) as at, last.seq, last.hash
      from (select 1) one left join lateral (
        select seq, hash from audit_log order by audit_log.seq desc limit 1
      ) last on true`.execute(trx);
  const last = rows[0];
  if (!last) throw new Error('a left join lost its row');
  const content = {
    seq: Number(last.seq ?? 0) + 1,
    at: last.at.toISOString(),
    act: act.act,
    actor: plain(act.actor),
    address: plain(act.address),
    target: plain(act.target),
    result: act.result,
    request_id: plain(act.requestId),
    detail: plainDetail(act.detail ?? {}),
    prev: last.hash ?? noHash,
  };
  const row = { ...content, at: last.at, detail: JSON.stringify(content.detail), hash: hashOfAudit(content) };
  await trx.insertInto('audit_log').values(row).execute();
}

/** What PostgreSQL can hold, so that what is read has the hash of what was written. */
function plain(text: string): string {
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\uFFFD');
}

function plainDetail(detail: AuditDetail): AuditDetail {
  const parts = Object.entries(detail);
  return Object.fromEntries(parts.map(([name, part]) => [name, typeof part === 'string' ? plain(part) : part]));
}
