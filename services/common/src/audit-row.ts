// A row of the audit log as it is exported, and the hash that chains it to the row before. The api writes by this form,
// the command checks by it. Pure.
import { createHash } from 'node:crypto';

export const auditResults = ['done', 'refused', 'failed'] as const;
export type AuditResult = (typeof auditResults)[number];
export type AuditDetail = Readonly<Record<string, string | number | boolean>>;

/** What of a row its hash stands for, beside the hash of the row before. */
export interface AuditContent {
  /** 1 for the first row, and one more for each. */
  readonly seq: number;
  /** When it was written, by the database's clock: ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly act: string;
  /** "user:ID", "key:ID", "anonymous" or "system". */
  readonly actor: string;
  /** Whence; empty when nobody asked over the network. */
  readonly address: string;
  /** On what, such as "job:ID". */
  readonly target: string;
  readonly result: AuditResult;
  readonly request_id: string;
  readonly detail: AuditDetail;
}

export interface AuditRow extends AuditContent {
  /** Hash of the row before: 64 hex digits. */
  readonly prev: string;
  /** Of everything else here: 64 hex digits. */
  readonly hash: string;
}

/** What the first row has in the place of the hash of a row before. */
export const noHash = '0'.repeat(64);

/** Which fields in which order; another form gets another name, so that no row can be read in two ways. */
const form = 'astrogate.audit.v1';

/**
 * SHA-256, as 64 hex digits, of the UTF-8 bytes of a JSON array without white space: the name of the form, then the
 * fields in the order of `AuditContent`, `detail` as an array of [name, value] in the order of the names' UTF-16 code
 * units, then `prev`.
 */
export function hashOfAudit(row: AuditContent & { readonly prev: string }): string {
  const { seq, at, act, actor, address, target, result, request_id, detail, prev } = row;
  const entries = Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = [form, seq, at, act, actor, address, target, result, request_id, entries, prev];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

const texts = ['at', 'act', 'actor', 'address', 'target', 'request_id', 'prev', 'hash'] as const;

/** Whether `value` has the fields of a row. It may still be a forged one. */
export function isAuditRow(value: unknown): value is AuditRow {
  if (typeof value !== 'object' || value === null) return false;
  const row = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(row.seq) &&
    texts.every((name) => typeof row[name] === 'string') &&
    (auditResults as readonly unknown[]).includes(row.result) &&
    isDetail(row.detail)
  );
}

function isDetail(value: unknown): value is AuditDetail {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((part) => ['string', 'number', 'boolean'].includes(typeof part));
}
