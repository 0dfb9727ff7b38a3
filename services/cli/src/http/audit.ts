// The audit log over the public api; only admins are answered.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type AuditRow, isAuditRow } from '@astrogate/common';
import { Interrupted, UnreachableFailure, UsageFailure } from '../failure.js';
import { readJson, request } from './request.js';

const answerSeconds = 30;
const auditPath = '/api/v1/audit';

export interface AuditPage {
  /** Newest first. */
  readonly rows: readonly AuditRow[];
  /** Cursor of the next page. */
  readonly next: string | null;
}

/** `query`: filters and cursor as the api has them. */
export async function listAudit(server: string, query: Record<string, string>): Promise<AuditPage> {
  const search = new URLSearchParams(query).toString();
  const path = search === '' ? auditPath : `${auditPath}?${search}`;
  return readJson(await request(server, path, { seconds: answerSeconds }), isAuditPage);
}

function isAuditPage(value: unknown): value is AuditPage {
  const { rows, next } = (value ?? {}) as Partial<AuditPage>;
  return Array.isArray(rows) && rows.every(isAuditRow) && (next === null || typeof next === 'string');
}

/** The lines of an export, while it comes. Throws Failure, also when it ends early. */
export async function* exportLines(server: string, signal: AbortSignal): AsyncGenerator<string> {
  const headers = { accept: 'application/jsonl' };
  const response = await request(server, `${auditPath}/export`, {
    headers,
    seconds: answerSeconds,
    isStream: true,
    signal,
  });
  try {
    // fetch and node:stream have types of their own for the same thing.
    yield* linesOf(Readable.fromWeb(response.body as ReadableStream));
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw new UnreachableFailure(server, 'the export ended early', { cause: error });
  }
}

/** The lines of a file. Throws UsageFailure. */
export async function* fileLines(path: string): AsyncGenerator<string> {
  try {
    yield* linesOf(createReadStream(path));
  } catch (error) {
    throw new UsageFailure(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  // An error of the stream does not reach whoever reads lines.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => {});
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) break;
    if (value !== '') yield value;
  }
  if (stream.errored) throw stream.errored;
}
