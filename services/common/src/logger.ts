// The logger of a service: JSON lines on stdout. Loggers are made here and handed down, never kept in a module.
import { type DestinationStream, type Logger, multistream, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Longest text of a value that came from outside; the rest is cut. */
const maxUntrustedLength = 500;

/** `value` for a log line: control characters replaced, cut at 500 characters. */
export function untrusted(value: string): string {
  return value.slice(0, maxUntrustedLength).replace(/\p{Cc}/gu, '\uFFFD');
}

/**
 * A logger for `service`. Credentials in logged headers are cut out; an error is reduced to its name, code, message and
 * cause, with the stack only at level debug and below. `copyTo` gets every line as well.
 */
export function createLogger(service: string, level: LogLevel, copyTo?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: ['headers.authorization', 'headers.cookie', 'headers["x-api-key"]', 'headers["set-cookie"]'],
    serializers: { err: (error: unknown) => describeError(error, level === 'debug' || level === 'trace') },
  };
  if (!copyTo) return pino(options);
  return pino(
    options,
    multistream([
      { stream: process.stdout, level: 'trace' },
      { stream: copyTo, level: 'trace' },
    ]),
  );
}

/** For lines that are worth nothing unless they are written: also where only errors are logged, but not where nothing is. */
export function loudly(log: Logger): Logger {
  return log.level === 'silent' || log.isLevelEnabled('info') ? log : log.child({}, { level: 'info' });
}

/** What of an error goes into a log line. Causes are followed three deep. */
function describeError(error: unknown, withStack: boolean, depth = 0): unknown {
  if (!(error instanceof Error)) return untrusted(String(error));
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    ...(code === undefined ? {} : { code }),
    message: untrusted(message),
    ...(withStack ? { stack } : {}),
    ...(cause === undefined || depth >= 3 ? {} : { cause: describeError(cause, withStack, depth + 1) }),
  };
}
