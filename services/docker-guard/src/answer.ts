// What the caller hears.
import { type Logger, untrusted } from '@astrogate/common';
import type { EngineAnswer } from './engine/engine-client.js';

export interface Answer {
  readonly status: number;
  /** JSON; absent: no body. */
  readonly body?: unknown;
}

/** `reduce` says what of a successful answer is passed on. */
export function reduced(answer: EngineAnswer, reduce: (body: unknown) => unknown): Answer {
  return answer.status === 200 ? { status: 200, body: reduce(answer.body) } : { status: answer.status };
}

/** The engine's message may name paths of the host; it goes to the log, the caller gets the status. */
export function failure(log: Logger, { status, body }: EngineAnswer): Answer {
  log.info({ status, message: messageOf(body) }, 'the engine refused');
  return { status: status >= 400 ? status : 502 };
}

const messageOf = (body: unknown) => untrusted(String((body as { message?: unknown } | undefined)?.message ?? ''));
