// The audit log for admins: by page, and whole as JSON lines, from which anybody can check it.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { auditResults } from '@astrogate/common';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { AuditStore } from '../audit/audit-store.js';
import type { ApiContext } from '../context.js';
import { readAuditQuery } from './audit-query.js';
import { actOf } from './audited.js';
import { withCursor } from './list-query.js';

export const auditRow = z.object({
  seq: z.int().describe('1 for the first row, and one more for each'),
  at: z.string().describe("When it was written, by the database's clock"),
  act: z.string().describe('One of those in docs/audit.md'),
  actor: z.string().describe('user:ID, key:ID, anonymous or system'),
  address: z.string().describe('Whence; empty when nobody asked over the network'),
  target: z.string().describe('On what, such as job:ID'),
  result: z.enum(auditResults),
  request_id: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  prev: z.string().describe('Hash of the row before'),
  hash: z.string().describe('Of everything else here; how it is made stands in docs/audit.md'),
});
export const auditAnswer = z.object({
  rows: z.array(auditRow).describe('Newest first'),
  next: z.string().nullable().describe('Cursor of the next page; null: this is the last one'),
});

/** Rows that are read at once for an export. */
const batch = 500;

export function listAudit({ store }: ApiContext): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const filter = readAuditQuery(request.originalUrl);
    const found = await store.audit.list({ ...filter, limit: filter.limit + 1 });
    const rows = found.slice(0, filter.limit);
    const next = found.length > filter.limit ? String(rows.at(-1)?.seq) : null;
    if (next !== null) response.set('Link', `<${withCursor(request.originalUrl, next)}>; rel="next"`);
    response.json({ rows, next } satisfies z.infer<typeof auditAnswer>);
  };
}

/** All rows up to the one that tells of the export itself, oldest first. */
export function exportAudit({ store }: ApiContext): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store');
    if (request.method === 'HEAD') return void response.type('application/jsonl').end();
    await store.audit.append(actOf(request, 'audit.export', 'audit'));
    const last = (await store.audit.head())?.seq ?? 0;
    response.attachment('audit.jsonl').type('application/jsonl');
    await pipeline(Readable.from(linesUpTo(store.audit, last)), response);
  };
}

async function* linesUpTo(audit: AuditStore, last: number): AsyncGenerator<string> {
  for (let seq = 0; seq < last; ) {
    const rows = (await audit.rowsAfter(seq, batch)).filter((row) => row.seq <= last);
    if (rows.length === 0) return;
    seq = rows.at(-1)?.seq ?? last;
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}
