// One exchange with Vault over one new HTTPS connection. Nothing here logs, and no error carries what was sent: tokens
// and unseal keys pass through.
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AstrogateError } from '@astrogate/proto';
import type { VaultPlace } from './vault-place.js';

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below /v1/. */
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON, or as it comes. */
  readonly json?: object;
  readonly content?: Readable;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

export interface VaultWay {
  /** Throws AstrogateError `vault_unavailable`, or `cancelled` when the signal of the question is aborted. */
  ask(question: Question): Promise<Answer>;
  /** The same, but the bytes of a 2xx answer are left to be read. */
  open(question: Question): Promise<Answer & { body?: IncomingMessage }>;
}

/** A Vault that has the lock answers in milliseconds; a snapshot makes it wait for its disk. */
const askMs = 10_000;
/** A snapshot is gigabytes at most; whoever reads it may be slow. */
const streamMs = 30 * 60_000;
const quietMs = 60_000;
/** Answers that are no snapshot are a few kilobytes. */
const answerBytes = 1024 * 1024;

export function createVaultWay({ address, ca }: Pick<VaultPlace, 'address' | 'ca'>): VaultWay {
  const open: VaultWay['open'] = async (question) => {
    const body = await send(address, ca, question, streamMs);
    const status = body.statusCode ?? 0;
    if (status >= 200 && status < 300) return { status, json: undefined, body };
    return { status, json: await readJson(body, question.signal) };
  };
  return {
    open,
    ask: async (question) => {
      const body = await send(address, ca, question, question.content ? streamMs : askMs);
      return { status: body.statusCode ?? 0, json: await readJson(body, question.signal) };
    },
  };
}

function send(address: string, ca: string, question: Question, totalMs: number): Promise<IncomingMessage> {
  const { method, path, token, json, content, signal } = question;
  const body = json === undefined ? undefined : JSON.stringify(json);
  const over = AbortSignal.any([AbortSignal.timeout(totalMs), ...(signal ? [signal] : [])]);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(asError(error, signal));
    if (over.aborted) return fail(over.reason);
    const request = httpsRequest(`${address}/v1/${path}`, {
      method,
      ca,
      // Connections are few, and one that was kept may belong to a Vault that was restarted.
      agent: false,
      minVersion: 'TLSv1.2',
      timeout: content ? quietMs : Math.min(totalMs, quietMs),
      signal: over,
      headers: {
        'x-vault-request': 'true',
        ...(token === undefined ? {} : { 'x-vault-token': token }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(content === undefined ? {} : { 'content-type': 'application/gzip' }),
      },
    });
    request.once('response', resolve);
    request.on('timeout', () => request.destroy(new Error('silence')));
    request.on('error', fail);
    if (content) pipeline(content, request).catch(fail);
    else request.end(body);
  });
}

async function readJson(body: IncomingMessage, signal: AbortSignal | undefined): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > answerBytes) throw new Error('the answer is too large');
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw asError(error, signal);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What went wrong on the way: `cancelled` where we gave up, else `vault_unavailable` with a reason a person can use. */
export function asError(error: unknown, signal: AbortSignal | undefined): AstrogateError {
  if (error instanceof AstrogateError) return error;
  if (signal?.aborted) return new AstrogateError('cancelled', undefined, { cause: error });
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return new AstrogateError('vault_unavailable', `Vault cannot be reached: ${reasonOf(code, message)}`, {
    cause: error,
  });
}

function reasonOf(code: string, message: string): string {
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO/.test(code)) return 'its certificate is not that of VAULT_CA_FILE';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (code === 'ABORT_ERR' || message === 'silence') return 'it did not answer in time';
  return 'the connection broke';
}
