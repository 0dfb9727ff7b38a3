// The audit log in the database, as it is read.
import type { AuditDetail, AuditResult, AuditRow } from '@astrogate/common';
import type { Selectable } from 'kysely';
import type { Database } from '../storage/database.js';
import type { AuditLogTable } from '../storage/tables.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { appendAudit } from './audit.js';
import type { AuditStore } from './audit-store.js';

export function auditLog({ db }: Pick<Database, 'db'>): AuditStore {
  return {
    append: (act) => inTransaction(db, (trx) => appendAudit(trx, act)),

    head: () =>
      ask(async () => {
        const last = db.selectFrom('audit_log').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1);
        const row = await last.executeTakeFirst();
        return row && { seq: Number(row.seq), hash: row.hash };
      }),

    hashOf: (seq) =>
      ask(async () => {
        const rows = db.selectFrom('audit_log').select('hash').where('seq', '=', seq);
        return (await rows.executeTakeFirst())?.hash;
      }),

    list: ({ acts, actor, target, result, after, before, behind, limit }) =>
      ask(async () => {
        let rows = db.selectFrom('audit_log').selectAll();
        if (acts.length > 0) rows = rows.where('act', 'in', acts);
        if (actor !== undefined) rows = rows.where('actor', '=', actor);
        if (target !== undefined) rows = rows.where('target', '=', target);
        if (result !== undefined) rows = rows.where('result', '=', result);
        if (after) rows = rows.where('at', '>', after);
        if (before) rows = rows.where('at', '<', before);
        if (behind !== undefined) rows = rows.where('seq', '<', behind);
        return (await rows.orderBy('seq', 'desc').limit(limit).execute()).map(toAuditRow);
      }),

    rowsAfter: (seq, limit) =>
      ask(async () => {
        const rows = db.selectFrom('audit_log').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit);
        return (await rows.execute()).map(toAuditRow);
      }),
  };
}

/** The row as it was hashed. */
function toAuditRow(row: Selectable<AuditLogTable>): AuditRow {
  return {
    seq: Number(row.seq),
    at: row.at.toISOString(),
    act: row.act,
    actor: row.actor,
    address: row.address,
    target: row.target,
    result: row.result as AuditResult,
    request_id: row.request_id,
    detail: toDetail(row.detail),
    prev: row.prev,
    hash: row.hash,
  };
}

/** A row that somebody has tampered with is shown all the same: its hash tells. */
function toDetail(text: string): AuditDetail {
  try {
    const detail: unknown = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return detail as AuditDetail;
  } catch {}
  return { unreadable: text };
}
