// Solve jobs over HTTP, as any client has them: hand one in, wait for its end.
import { encodeForm, postAsStranger } from './stranger.js';

/** What of a job's JSON is used here. */
export interface JobAnswer {
  id: string;
  status: 'queued' | 'running' | 'solved' | 'not_solved' | 'failed' | 'cancelled';
  created_at: string;
  finished_at: string | null;
  solution: {
    log_odds: number;
    index: string;
    recipe: string;
    hint: string;
    calibration: { ra: number; dec: number; pixel_scale: number };
  } | null;
  tried: { recipe: string; result: string; seconds: number }[];
  failure: { code: string; detail: string } | null;
}

/**
 * A client that renders its next picture for seconds does not see that the server has closed an idle connection, and
 * would write into it.
 */
const headers = { connection: 'close' };

/** Between two looks at a job that has not ended. */
const lookMs = 250;

/** Hands a picture in, as a caller of whom nothing is known. Throws an Error with the answer when it is not taken. */
export async function submitJob(
  url: string,
  picture: Buffer | Blob,
  fields: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<JobAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', picture instanceof Blob ? picture : new Blob([picture as Uint8Array<ArrayBuffer>]), 'picture');
  const { status, body } = await postAsStranger(`${url}/api/v1/solves`, await encodeForm(form), signal);
  if (status !== 202 && status !== 200) throw new Error(`the api answered ${status}: ${body.slice(0, 300)}`);
  return JSON.parse(body) as JobAnswer;
}

/** Looks at a job until it has ended. */
export async function endedJob(url: string, id: string, signal?: AbortSignal): Promise<JobAnswer> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/solves/${id}`, { headers, ...(signal && { signal }) });
    if (!response.ok) throw new Error(`the api answered ${response.status} about job ${id}`);
    const job = (await response.json()) as JobAnswer;
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** A job from its picture to its end. When `signal` fires, the job is cancelled and the signal's reason thrown. */
export async function solveJob(
  url: string,
  bytes: Buffer,
  fields: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<JobAnswer> {
  const { id } = await submitJob(url, bytes, fields, signal);
  try {
    return await endedJob(url, id, signal);
  } catch (error) {
    if (signal?.aborted) await fetch(`${url}/api/v1/solves/${id}`, { method: 'DELETE' }).catch(() => {});
    throw error;
  }
}

/** Runs `act` on every item, `lanes` at a time, in order; throws what the first one throws, when all lanes have ended. */
export async function inLanes<T>(items: Iterable<T>, lanes: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  const lane = async () => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      try {
        await act(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
}
