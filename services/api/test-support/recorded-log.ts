// A logger that keeps its lines, of every level, as they would be written.
import { createLogger, type Logger } from '@astrogate/common';

export interface RecordedLog {
  readonly log: Logger;
  readonly lines: Record<string, unknown>[];
  /** All lines as one text. */
  readonly text: () => string;
}

export function recordLog(): RecordedLog {
  const lines: Record<string, unknown>[] = [];
  const note = (line: object, message?: string) => {
    lines.push(JSON.parse(JSON.stringify({ ...line, message }, describeError)));
  };
  const methods = { trace: note, debug: note, info: note, warn: note, error: note, fatal: note };
  const log: Logger = Object.assign(Object.create(createLogger('api', 'silent')), methods);
  return { log, lines, text: () => lines.map((line) => JSON.stringify(line)).join('\n') };
}

function describeError(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, cause: value.cause } : value;
}
