// Whether an audit log is as it was written: the chain of its rows, and the checkpoints that were kept elsewhere. Pure.
import { type AuditCheckpoint, isSigned } from './audit-checkpoint.js';
import { hashOfAudit, isAuditRow, noHash } from './audit-row.js';

export const findingKinds = {
  changed: 'a row is not what its hash was made of',
  unlinked: 'a row does not follow the row before it: one of the two was replaced',
  missing: 'rows are missing',
  misplaced: 'a row stands where it does not belong, or twice',
  unreadable: 'a line is no row',
  cut_off: 'the end is missing: a checkpoint knows of later rows',
  rewritten: 'a row has another hash than when its checkpoint was signed',
  bad_checkpoint: 'a checkpoint is not signed by the key that it must be signed by',
} as const;
export type FindingKind = keyof typeof findingKinds;

export interface AuditFinding {
  readonly kind: FindingKind;
  /** The row, or the first one; for `unreadable` the number of the line. */
  readonly seq: number;
  /** The last one, where there are several. */
  readonly to?: number;
}

export interface AuditReport {
  readonly rows: number;
  /** Number and hash of the last row; 0 and zeros when there is none. */
  readonly head: { readonly seq: number; readonly hash: string };
  /** Rows up to this one are vouched for by a checkpoint; 0: none was given. */
  readonly checkedTo: number;
  readonly findings: readonly AuditFinding[];
}

/** More would only repeat themselves. */
const mostFindings = 100;

/**
 * Looks through all rows from the first one on, in their order. `publicKey`: the only key whose checkpoints count, 32
 * bytes in base64url; undefined: any key, and then a checkpoint proves only what its keeper vouches for.
 */
export async function verifyAudit(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  checkpoints: readonly AuditCheckpoint[] = [],
  publicKey?: string,
): Promise<AuditReport> {
  const findings: AuditFinding[] = [];
  const find = (finding: AuditFinding) => {
    if (findings.length < mostFindings) findings.push(finding);
  };
  const good = checkpoints.filter((checkpoint) => {
    const isGood = isSigned(checkpoint) && (publicKey === undefined || checkpoint.publicKey === publicKey);
    if (!isGood) find({ kind: 'bad_checkpoint', seq: checkpoint.seq });
    return isGood;
  });
  const signed = new Map<number, Set<string>>();
  for (const { seq, hash } of good) signed.set(seq, (signed.get(seq) ?? new Set()).add(hash));
  let head = { seq: 0, hash: noHash };
  let count = 0;
  let line = 0;
  for await (const row of rows) {
    line += 1;
    if (!isAuditRow(row)) {
      find({ kind: 'unreadable', seq: line });
      continue;
    }
    count += 1;
    if (row.seq <= head.seq) {
      find({ kind: 'misplaced', seq: row.seq });
      continue;
    }
    if (row.seq > head.seq + 1) find({ kind: 'missing', seq: head.seq + 1, to: row.seq - 1 });
    else if (row.prev !== head.hash) find({ kind: 'unlinked', seq: row.seq });
    if (hashOfAudit(row) !== row.hash) find({ kind: 'changed', seq: row.seq });
    const hashes = signed.get(row.seq) ?? [];
    if ([...hashes].some((hash) => hash !== row.hash)) find({ kind: 'rewritten', seq: row.seq });
    head = { seq: row.seq, hash: row.hash };
  }
  const known = Math.max(0, ...signed.keys());
  if (known > head.seq) find({ kind: 'cut_off', seq: head.seq + 1, to: known });
  return { rows: count, head, checkedTo: Math.min(known, head.seq), findings };
}
