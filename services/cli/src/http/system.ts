// Admin jobs and backups over the public api; only admins are answered.
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, Interrupted, ServerFailure, UnreachableFailure } from '../failure.js';
import { EventReader } from '../input/event-stream.js';
import { readJson, request } from './request.js';

const systemPath = '/api/v1/system';
const backupsPath = `${systemPath}/backups`;
/** What is checked before a job begins asks Vault and the store. */
const answerSeconds = 60;
/** An archive may be large, and reading all of it takes as long as it takes. */
const longSeconds = 24 * 60 * 60;

export interface Backup {
  readonly id: string;
  readonly made_at: string;
  readonly kind: string;
  readonly state: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly parts: readonly string[];
  readonly made_by: string;
}

export interface SystemJob {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly actor: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly seconds: number | null;
    readonly note: string;
    readonly undone: boolean;
  }[];
  readonly waiting: { readonly why: string; readonly commands: readonly string[] } | null;
  readonly failure: { readonly step: string; readonly code: string; readonly detail: string } | null;
  readonly backup_id: string | null;
}

export interface DryRun {
  readonly dry_run: true;
  readonly steps: readonly string[];
  readonly point_of_no_return: string | null;
  readonly effects: readonly string[];
}

export interface SystemCertificate {
  readonly names: readonly string[];
  readonly serial: string;
  readonly fingerprint: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly days_left: number;
  readonly from: string;
  readonly served: boolean | null;
}

/** Who asks: an access token; without one the key that is kept is sent. */
export interface Asker {
  readonly server: string;
  readonly token?: string | undefined;
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly json?: object;
  readonly body?: Blob;
  readonly headers?: Record<string, string>;
  readonly seconds?: number;
  readonly isStream?: boolean;
  readonly signal?: AbortSignal;
}

function call({ server, token }: Asker, path: string, { json, body, headers, ...rest }: Call = {}): Promise<Response> {
  const content = json ? JSON.stringify(json) : body;
  return request(server, path, {
    seconds: answerSeconds,
    ...rest,
    ...(content !== undefined && { body: content }),
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(body && { 'content-type': 'application/octet-stream' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
}

const has =
  <T>(...names: (keyof T & string)[]) =>
  (value: unknown): value is T =>
    typeof value === 'object' && value !== null && names.every((name) => name in value);
const isJob = has<SystemJob>('id', 'status', 'steps');
const isBackup = has<Backup>('id', 'state');
const isOrdered = (value: unknown): value is SystemJob | DryRun => isJob(value) || has<DryRun>('dry_run')(value);
const backupPath = (id: string) => `${backupsPath}/${encodeURIComponent(id)}`;
const jobPath = (id: string) => `${systemPath}/jobs/${encodeURIComponent(id)}`;

/** Begins a job, or hears what it would do. `path`: below /api/v1/system. */
export async function order(
  asker: Asker,
  path: string,
  { json, isDryRun }: { json: object; isDryRun: boolean },
): Promise<SystemJob | DryRun> {
  const query = isDryRun ? '?dry_run=true' : '';
  return readJson(await call(asker, `${systemPath}/${path}${query}`, { method: 'POST', json }), isOrdered);
}

export async function listBackups(asker: Asker): Promise<{ backups: readonly Backup[] }> {
  return readJson(await call(asker, backupsPath), has<{ backups: readonly Backup[] }>('backups'));
}

/** The bytes of a backup, while they come, and their SHA-256 in hex. */
export async function downloadBackup(asker: Asker, id: string, signal: AbortSignal) {
  const headers = { accept: 'application/octet-stream' };
  const response = await call(asker, `${backupPath(id)}/archive`, { headers, isStream: true, signal });
  return { body: response.body, sha256: /^"([0-9a-f]{64})"$/.exec(response.headers.get('etag') ?? '')?.[1] };
}

export async function uploadBackup(asker: Asker, body: Blob, signal: AbortSignal): Promise<Backup> {
  const options = { method: 'POST', body, seconds: longSeconds, signal } as const;
  return readJson(await call(asker, `${backupsPath}/upload`, options), isBackup);
}

export async function verifyBackup(asker: Asker, id: string, signal: AbortSignal): Promise<Backup> {
  const options = { method: 'POST', seconds: longSeconds, signal } as const;
  return readJson(await call(asker, `${backupPath(id)}/verify`, options), isBackup);
}

export async function deleteBackup(asker: Asker, id: string, json: object): Promise<void> {
  await call(asker, backupPath(id), { method: 'DELETE', json });
}

export async function showCertificate(asker: Asker): Promise<SystemCertificate> {
  return readJson(await call(asker, `${systemPath}/certificate`), has<SystemCertificate>('serial', 'names'));
}

export async function listSystemJobs(asker: Asker): Promise<{ jobs: readonly SystemJob[] }> {
  return readJson(await call(asker, `${systemPath}/jobs`), has<{ jobs: readonly SystemJob[] }>('jobs'));
}

export async function showSystemJob(asker: Asker, id: string): Promise<SystemJob> {
  return readJson(await call(asker, jobPath(id)), isJob);
}

export async function continueSystemJob(asker: Asker, id: string, json: object): Promise<SystemJob> {
  return readJson(await call(asker, `${jobPath(id)}/continue`, { method: 'POST', json }), isJob);
}

export async function cancelSystemJob(asker: Asker, id: string): Promise<SystemJob> {
  return readJson(await call(asker, jobPath(id), { method: 'DELETE' }), isJob);
}

const usualPauseMs = 2_000;
/** A restart of the server, or of something in between, is sat out. */
const patienceMs = 60_000;

/** The job after each change, until it has ended. Throws Interrupted, and Failure when the server is away for too long. */
export async function* followSystemJob(asker: Asker, id: string, interrupted: AbortSignal): AsyncGenerator<SystemJob> {
  const reader = new EventReader();
  for (let lastAnswer: number | undefined; ; ) {
    try {
      for await (const job of connect(asker, id, reader, interrupted)) {
        lastAnswer = Date.now();
        yield job;
        if (job.finished_at !== null) return;
      }
      lastAnswer = Date.now();
    } catch (error) {
      if (interrupted.aborted) throw new Interrupted();
      const failure = toFailure(asker.server, error);
      const isOver = lastAnswer === undefined || Date.now() - lastAnswer > patienceMs;
      if (isOver || !failure.problem.retryable) throw failure;
    }
    await pause(reader.retryMs ?? usualPauseMs, undefined, { signal: interrupted }).catch(() => {
      throw new Interrupted();
    });
  }
}

async function* connect(asker: Asker, id: string, reader: EventReader, signal: AbortSignal): AsyncGenerator<SystemJob> {
  reader.reset();
  const headers = {
    accept: 'text/event-stream',
    ...(reader.lastId !== undefined && { 'last-event-id': reader.lastId }),
  };
  const response = await call(asker, jobPath(id), { headers, isStream: true, signal });
  // Nothing is left to tell.
  if (response.status === 204) yield await showSystemJob(asker, id);
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const piece of text ?? [])
    for (const { data } of reader.read(piece)) {
      const job = parse(data);
      if (isJob(job)) yield job;
    }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function toFailure(server: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof RangeError))
    return new UnreachableFailure(server, 'the connection was closed', { cause: error });
  return new ServerFailure({ code: 'unknown', detail: 'The answer is not one that Astrogate gives', retryable: false });
}
