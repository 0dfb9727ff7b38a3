// The audit log and its check, for people.
import { type AuditFinding, type AuditReport, type AuditRow, findingKinds } from '@astrogate/common';
import { pairs, table } from './table.js';

export function auditLines(rows: readonly AuditRow[]): string[] {
  const cells = rows.map((row) => [
    ...[String(row.seq), row.at.slice(0, 19).replace('T', ' '), row.actor, row.address],
    ...[row.act, row.target, row.result, detailText(row)],
  ]);
  return table(['ROW', 'AT (UTC)', 'WHO', 'FROM', 'WHAT', 'ON', 'RESULT', ''], cells, ['ROW']);
}

function detailText({ detail }: AuditRow): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

export function reportLines({ rows, head, checkedTo, findings }: AuditReport): string[] {
  const verdict = findings.length === 0 ? 'as it was written' : `${findings.length} findings`;
  const about = pairs(
    [
      ['Audit log', verdict],
      ['Rows', String(rows)],
      ['Last row', `${head.seq}, ${head.hash}`],
      ['Vouched for', vouchedText(checkedTo, head.seq)],
    ],
    '',
  );
  return [...about, ...findings.map(findingLine)];
}

function vouchedText(checkedTo: number, last: number): string {
  if (checkedTo === 0) return 'no row: without checkpoints a missing end cannot be seen';
  return checkedTo === last ? 'all rows' : `rows up to ${checkedTo}`;
}

function findingLine({ kind, seq, to }: AuditFinding): string {
  const which = to === undefined || to === seq ? `${seq}` : `${seq} to ${to}`;
  return `${kind} ${which}: ${findingKinds[kind]}`;
}
