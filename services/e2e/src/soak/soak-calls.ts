// What callers of the soak do over HTTP, and the one word in which each call ends.
import { request } from 'node:http';
import { endedJob } from '../solve-jobs.js';
import { encodeForm, postAsStranger } from '../stranger.js';

/**
 * How a job ended for its caller: "solved", "not_solved", "cancelled", "deleted", "left" (the caller went away),
 * "failed CODE", or "refused STATUS CODE" when no job was made of the call.
 */
export interface CallEnd {
  word: string;
  /** Absent when the caller never learned it, or there was none. */
  jobId?: string;
}

export interface Caller {
  url: string;
  /** Ends the whole soak. */
  signal: AbortSignal;
}

type Fields = Record<string, string>;

async function post({ url, signal }: Caller, path: string, bytes: Buffer, fields: Fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'picture');
  const { status, body } = await postAsStranger(url + path, await encodeForm(form), signal);
  return { status, json: JSON.parse(body) as { id?: string; code?: string; solved?: boolean } };
}

async function handIn(caller: Caller, bytes: Buffer, fields: Fields): Promise<{ jobId: string } | CallEnd> {
  const { status, json } = await post(caller, '/api/v1/solves', bytes, fields);
  if (status === 202 && json.id) return { jobId: json.id };
  return { word: `refused ${status} ${json.code}` };
}

/** Hands a picture in and waits until its job has ended. */
export async function solveIt(caller: Caller, bytes: Buffer, fields: Fields): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  return { ...taken, word: await wordOf(caller, taken.jobId) };
}

async function wordOf({ url, signal }: Caller, jobId: string): Promise<string> {
  const { status, failure } = await endedJob(url, jobId, signal);
  return status === 'failed' ? `failed ${failure?.code}` : status;
}

/** Hands a picture in, and cancels the job after `afterMs`. */
export async function cancelIt(caller: Caller, bytes: Buffer, fields: Fields, afterMs: number): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  await pause(afterMs);
  await call(caller, 'POST', `/api/v1/solves/${taken.jobId}/cancel`);
  return { ...taken, word: await wordOf(caller, taken.jobId) };
}

/** Hands a picture in, and deletes the job after `afterMs`. */
export async function deleteIt(caller: Caller, bytes: Buffer, fields: Fields, afterMs: number): Promise<CallEnd> {
  const taken = await handIn(caller, bytes, fields);
  if ('word' in taken) return taken;
  await pause(afterMs);
  await call(caller, 'DELETE', `/api/v1/solves/${taken.jobId}`);
  const status = await call(caller, 'GET', `/api/v1/solves/${taken.jobId}`);
  return { ...taken, word: status === 404 ? 'deleted' : `still there, ${status}` };
}

/** The synchronous call. */
export async function dropIn(caller: Caller, bytes: Buffer, fields: Fields): Promise<CallEnd> {
  const { status, json } = await post(caller, '/solve', bytes, fields);
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

/** Forgets a job, so that the api's memory of it is no growth. */
export const forget = (caller: Caller, jobId: string) => call(caller, 'DELETE', `/api/v1/solves/${jobId}`);

/** On a connection of its own, so that the api at rest has none. */
async function call({ url, signal }: Caller, method: string, path: string): Promise<number> {
  const answer = await fetch(url + path, { method, signal, headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.status;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
