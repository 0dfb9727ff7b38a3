// Rows as lines of JSON: cut out of a stream, checked, and handed on a few at a time. Pure but for the stream.
import type { Caps } from './caps.js';
import { type Column, checkRow } from './columns.js';
import { invalid } from './invalid.js';
import { isDeeperThan } from './nesting.js';

/** One statement's worth: rows of 1 kB, or one large row. */
const mostRows = 500;
const mostBytes = 1024 * 1024;

export interface RowBatch {
  /** A JSON array of rows, digit by digit as they were in the archive. */
  readonly json: string;
  readonly rows: number;
}

/** Throws `backup_invalid` for a line that is no row of `table`. */
export async function* rowBatches(
  table: string,
  columns: readonly Column[],
  content: AsyncIterable<Buffer>,
  caps: Caps,
): AsyncGenerator<RowBatch> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let lines: string[] = [];
  let bytes = 0;
  const batch = (): RowBatch => ({ json: `[${lines.join(',')}]`, rows: lines.length });
  for await (const line of linesOf(content, caps.rowBytes, table)) {
    if (isDeeperThan(line, caps.depth)) throw invalid(`a row of ${table} is nested too deeply`);
    const text = decode(decoder, line, table);
    checkRow(table, columns, parse(text, table));
    lines.push(text);
    bytes += line.length;
    if (lines.length < mostRows && bytes < mostBytes) continue;
    yield batch();
    lines = [];
    bytes = 0;
  }
  if (lines.length > 0) yield batch();
}

async function* linesOf(content: AsyncIterable<Buffer>, mostLength: number, table: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > mostLength) throw invalid(`a row of ${table} is too large`);
  };
  for await (const chunk of content) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      add(chunk.subarray(from, end));
      yield Buffer.concat(parts, length);
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (length > 0) throw invalid(`the last row of ${table} is cut off`);
}

function decode(decoder: InstanceType<typeof TextDecoder>, line: Buffer, table: string): string {
  try {
    return decoder.decode(line);
  } catch {
    throw invalid(`a row of ${table} is not UTF-8`);
  }
}

function parse(text: string, table: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`a row of ${table} is not JSON`);
  }
}
