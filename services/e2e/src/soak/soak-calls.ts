// What callers of the soak do over HTTP, and the one word in which each call ends.
import { request } from 'node:http';
import type { JobAnswer } from '../solve-jobs.js';
import { encodeForm, postAsStranger } from '../stranger.js';

/**
 * How a job ended for its caller: "solved", "not_solved", "cancelled", "deleted", "left" (the caller went away),
 * "failed CODE", "refused STATUS CODE" when no job was made of the call, or "no answer" when the connection broke before
 * one came.
 */
export interface CallEnd {
  word: string;
  /** Absent when the caller never learned it, or there was none. */
  jobId?: string;
  /** Questions about the job that got no answer, or were told to come back: they were asked again. */
  troubles?: number;
}

export interface Caller {
  url: string;
  /** Ends the whole soak. */
  signal: AbortSignal;
}

type Fields = Record<string, string>;

const lookMs = 250;
/** Longer than anything stays dead. */
const patienceMs = 120_000;

async function post({ url, signal }: Caller, path: string, bytes: Buffer, fields: Fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'picture');
  const { status, body } = await postAsStranger(url + path, await encodeForm(form), signal);
  return { status, json: JSON.parse(body) as { id?: string; code?: string; solved?: boolean } };
}

/** Hands a picture in, again as long as it is told to come back. */
async function handIn(
  caller: Caller,
  bytes: Buffer,
  fields: Fields,
): Promise<{ jobId: string; troubles: number } | CallEnd> {
  const until = Date.now() + patienceMs;
  for (let troubles = 0; ; troubles += 1) {
    const answer = await answered(caller, () => post(caller, '/api/v1/solves', bytes, fields));
    if (!answer) return { word: 'no answer', troubles };
    const { status, json } = answer;
    if (status === 202 && json.id) return { jobId: json.id, troubles };
    if (status !== 503 || Date.now() > until) return { word: `refused ${status} ${json.code}`, troubles };
    await pause(lookMs);
  }
}

/** Hands a picture in and waits until its job has ended. */
export async function solveIt(caller: Caller, bytes: Buffer, fields: Fields): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  return followIt(caller, taken);
}

/** From a job that was taken to its end. Whatever is killed meanwhile, the job is asked for again. */
async function followIt(caller: Caller, taken: { jobId: string; troubles: number }): Promise<CallEnd> {
  const { jobId } = taken;
  let { troubles } = taken;
  for (const until = Date.now() + patienceMs; Date.now() < until; await pause(lookMs)) {
    const { status, body } = (await answered(caller, () => call(caller, 'GET', `/api/v1/solves/${jobId}`))) ?? noAnswer;
    if (status === 200) {
      const job = JSON.parse(body) as JobAnswer;
      const word = job.status === 'failed' ? `failed ${job.failure?.code}` : job.status;
      if (job.status !== 'queued' && job.status !== 'running') return { jobId, word, troubles };
    } else if (status === 404) {
      return { jobId, word: 'forgotten', troubles };
    } else {
      troubles += 1;
    }
  }
  return { jobId, word: 'never ended', troubles };
}

const noAnswer = { status: 0, body: '' };

/** What `act` comes to; undefined when the connection broke. Throws when the whole soak ends. */
async function answered<T>({ signal }: Caller, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SyntaxError) throw error;
    return undefined;
  }
}

/** Asks until there is an answer that does not say to come back. */
async function insist(caller: Caller, method: string, path: string): Promise<{ status: number; troubles: number }> {
  for (let troubles = 0; ; troubles += 1) {
    const { status } = (await answered(caller, () => call(caller, method, path))) ?? noAnswer;
    if (status !== 0 && status !== 503) return { status, troubles };
    await pause(lookMs);
    caller.signal.throwIfAborted();
  }
}

/** Hands a picture in, and cancels the job after `afterMs`. */
export async function cancelIt(caller: Caller, bytes: Buffer, fields: Fields, afterMs: number): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  await pause(afterMs);
  const cancelled = await insist(caller, 'POST', `/api/v1/solves/${taken.jobId}/cancel`);
  return followIt(caller, { ...taken, troubles: taken.troubles + cancelled.troubles });
}

/** Hands a picture in, and deletes the job after `afterMs`. */
export async function deleteIt(caller: Caller, bytes: Buffer, fields: Fields, afterMs: number): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  await pause(afterMs);
  const path = `/api/v1/solves/${taken.jobId}`;
  const deleted = await insist(caller, 'DELETE', path);
  const { status, troubles } = await insist(caller, 'GET', path);
  const word = status === 404 ? 'deleted' : `still there, ${status}`;
  return { ...taken, word, troubles: taken.troubles + deleted.troubles + troubles };
}

/** The synchronous call. */
export async function dropIn(caller: Caller, bytes: Buffer, fields: Fields): Promise<CallEnd> {
  const answer = await answered(caller, () => post(caller, '/solve', bytes, fields));
  if (!answer) return { word: 'no answer' };
  const { status, json } = answer;
  if (status === 200) return { word: json.solved ? 'solved' : 'not_solved' };
  return { word: `failed ${json.code}` };
}

/** The synchronous call, given up after `afterMs`. */
export async function leaveEarly(caller: Caller, bytes: Buffer, afterMs: number): Promise<CallEnd> {
  const leave = AbortSignal.timeout(afterMs);
  try {
    return await dropIn({ ...caller, signal: AbortSignal.any([caller.signal, leave]) }, bytes, {});
  } catch (error) {
    if (leave.aborted && !caller.signal.aborted) return { word: 'left' };
    throw error;
  }
}

/** Sends half of what it announced, and goes away after `afterMs`. */
export async function leaveMidUpload({ url, signal }: Caller, bytes: Buffer, afterMs: number): Promise<CallEnd> {
  const head = '--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n';
  await new Promise<void>((resolve) => {
    const upload = request(`${url}/api/v1/solves`, {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': head.length + 2 * bytes.length,
        connection: 'close',
      },
      signal,
    });
    upload.on('error', () => resolve());
    upload.on('close', () => resolve());
    upload.write(head);
    upload.write(bytes, () => setTimeout(() => upload.destroy(), afterMs));
  });
  signal.throwIfAborted();
  return { word: 'left' };
}

/** Forgets a job. */
export const forget = (caller: Caller, jobId: string) => insist(caller, 'DELETE', `/api/v1/solves/${jobId}`);

/** On a connection of its own, so that the api at rest has none. */
async function call({ url, signal }: Caller, method: string, path: string) {
  const answer = await fetch(url + path, { method, signal, headers: { connection: 'close' } });
  return { status: answer.status, body: await answer.text() };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
