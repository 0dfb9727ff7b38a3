// Solve jobs over the public api.
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, Interrupted } from '../failure.js';
import { hasEnded, isJob, isListedJob, type Job, type ListedJob } from './job.js';
import { readJson, request } from './request.js';

/** Answers from memory; a server that is busy still needs no more. */
const answerSeconds = 30;
/** The server lets nobody send for longer than an hour, whatever its configuration. */
const uploadSeconds = 3600;
/** Pauses between two looks at a job: short at first, since most pictures are solved within seconds. */
const firstPauseMs = 200;
const longestPauseMs = 1000;
/** A restart of the server, or of something in between, is sat out. */
const patienceMs = 30_000;
/** After Ctrl-C an upload that is complete gets this long to become a job that can be cancelled. */
const lastAnswerMs = 1000;

/** With the secret that jobs are listed by. */
const ownerHeader = 'astrogate-owner';

export const jobsPath = '/api/v1/solves';
const pathOf = (id: string) => `${jobsPath}/${encodeURIComponent(id)}`;

/** Uploads a picture. Returns its job, and the id under which the server logged the request. */
export async function submitJob(
  server: string,
  picture: { name: string; content: Blob },
  { fields, owner }: { fields: Record<string, string>; owner: string | undefined },
  interrupted: AbortSignal,
): Promise<{ job: Job; requestId: string | undefined }> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('image', picture.content, picture.name);
  const signal = delayed(interrupted, lastAnswerMs);
  const response = await request(server, jobsPath, {
    ...{ method: 'POST', body, seconds: uploadSeconds, signal },
    headers: owner === undefined ? {} : { [ownerHeader]: owner },
  });
  return { job: await readJson(response, isJob), requestId: response.headers.get('x-request-id') ?? undefined };
}

/** A signal that fires `ms` after `signal`. */
function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => controller.abort(), ms).unref(), { once: true });
  return controller.signal;
}

export async function showJob(server: string, id: string, signal?: AbortSignal): Promise<Job> {
  const response = await request(server, pathOf(id), { seconds: answerSeconds, ...(signal ? { signal } : {}) });
  return readJson(response, isJob);
}

export interface JobList {
  readonly jobs: readonly ListedJob[];
  /** Cursor of the next page. */
  readonly next: string | null;
}

/** A page of the jobs that were made with `owner`, newest first. `query`: filters and cursor as the api has them. */
export async function listJobs(server: string, owner: string, query: Record<string, string>): Promise<JobList> {
  const search = new URLSearchParams(query).toString();
  const path = search === '' ? jobsPath : `${jobsPath}?${search}`;
  const response = await request(server, path, { headers: { [ownerHeader]: owner }, seconds: answerSeconds });
  return readJson(response, isJobList);
}

function isJobList(value: unknown): value is JobList {
  const { jobs, next } = (value ?? {}) as Partial<JobList>;
  return Array.isArray(jobs) && jobs.every(isListedJob) && (next === null || typeof next === 'string');
}

/** Looks at `job` until it has ended. Throws Interrupted, and Failure when the server is away for too long. */
export async function followJob(
  server: string,
  job: Job,
  { interrupted, onChange }: { interrupted: AbortSignal; onChange: (job: Job) => void },
): Promise<Job> {
  let now = job;
  let lastAnswer = Date.now();
  for (let pauseMs = firstPauseMs; !hasEnded(now); pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    onChange(now);
    await pause(pauseMs, undefined, { signal: interrupted }).catch(() => {
      throw new Interrupted();
    });
    try {
      now = await showJob(server, job.id, interrupted);
      lastAnswer = Date.now();
    } catch (error) {
      if (!isPassing(error) || Date.now() - lastAnswer > patienceMs) throw error;
    }
  }
  return now;
}

function isPassing(error: unknown): boolean {
  return error instanceof Failure && !(error instanceof Interrupted) && error.problem.retryable;
}

export async function cancelJob(server: string, id: string): Promise<Job> {
  const response = await request(server, `${pathOf(id)}/cancel`, { method: 'POST', seconds: answerSeconds });
  return readJson(response, isJob);
}

export async function deleteJob(server: string, id: string): Promise<void> {
  await request(server, pathOf(id), { method: 'DELETE', seconds: answerSeconds });
}

/** The FITS header of a solved job. */
export async function fetchWcs(server: string, id: string): Promise<Buffer> {
  const headers = { accept: 'application/fits' };
  const response = await request(server, `${pathOf(id)}/files/wcs`, { headers, seconds: answerSeconds });
  return Buffer.from(await response.arrayBuffer());
}
