// What happens to a job, as the server tells it. A connection that is cut is made again where it was.
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, Interrupted, ServerFailure, UnreachableFailure } from '../failure.js';
import { EventReader } from '../input/event-stream.js';
import { jobsPath } from './jobs.js';
import { request } from './request.js';

export interface JobEvent {
  readonly type: 'status' | 'progress' | 'ended';
  readonly data: {
    readonly at?: string;
    readonly status?: string;
    readonly attempt?: number;
    readonly stage?: string;
    readonly detail?: string;
    readonly elapsed_seconds?: number;
  };
}

/** The stream begins at once when the server has room for it. */
const answerSeconds = 30;
/** Where the server does not say how long to wait. */
const usualPauseMs = 2_000;
/** A restart of the server, or of something in between, is sat out. */
const patienceMs = 30_000;

/**
 * The events of a job up to `ended`. Throws Interrupted, and Failure when the server is away for too long or the job is
 * gone.
 */
export async function* followEvents(server: string, id: string, interrupted: AbortSignal): AsyncGenerator<JobEvent> {
  const reader = new EventReader();
  for (let lastAnswer: number | undefined; ; ) {
    try {
      for await (const event of connect(server, id, reader, interrupted)) {
        lastAnswer = Date.now();
        yield event;
        if (event.type === 'ended') return;
      }
      lastAnswer = Date.now();
    } catch (error) {
      if (interrupted.aborted) throw new Interrupted();
      const failure = toFailure(server, error);
      const isOver = lastAnswer === undefined || Date.now() - lastAnswer > patienceMs;
      if (isOver || !failure.problem.retryable) throw failure;
    }
    await pause(reader.retryMs ?? usualPauseMs, undefined, { signal: interrupted }).catch(() => {
      throw new Interrupted();
    });
  }
}

/** One connection: the events that it brings until it ends. */
async function* connect(
  server: string,
  id: string,
  reader: EventReader,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  reader.reset();
  const resume: Record<string, string> = reader.lastId === undefined ? {} : { 'last-event-id': reader.lastId };
  const headers = { accept: 'text/event-stream', ...resume };
  const path = `${jobsPath}/${encodeURIComponent(id)}/events`;
  const response = await request(server, path, { headers, seconds: answerSeconds, isStream: true, signal });
  // Nothing is left to tell.
  if (response.status === 204) yield { type: 'ended', data: {} };
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const piece of text ?? []) {
    for (const { type, data } of reader.read(piece)) {
      const event = { type, data: parse(data) };
      if (isJobEvent(event)) yield event;
    }
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Types that a newer server may have are passed over. */
function isJobEvent(event: { type: string; data: unknown }): event is JobEvent {
  const isKnown = event.type === 'status' || event.type === 'progress' || event.type === 'ended';
  return isKnown && typeof event.data === 'object' && event.data !== null;
}

function toFailure(server: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof RangeError))
    return new UnreachableFailure(server, 'the connection was closed', { cause: error });
  return new ServerFailure({ code: 'unknown', detail: 'The answer is not one that Astrogate gives', retryable: false });
}
