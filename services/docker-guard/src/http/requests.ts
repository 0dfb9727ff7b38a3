// One request that is no attach: look at its form, find it in the closed list, read its body, do it, answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../answer.js';
import type { GuardContext } from '../context.js';
import { Denied } from '../denied.js';
import { perform } from '../perform.js';
import { findCall } from '../policy/routes.js';
import { refusalBody, refusalOf } from './refusal.js';
import { announcedBytes, checkHead, readBody } from './request-form.js';

/** Answers `request`; never throws. The connection ends with the answer. */
export async function handleRequest(
  context: GuardContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => {});
  response.shouldKeepAlive = false;
  try {
    send(response, await answerTo(context, request, response));
  } catch (error) {
    // The caller left.
    if (!(error instanceof Denied) && request.socket.destroyed) return;
    const status = refusalOf(error, request, context.log);
    if (status === undefined) {
      request.socket.destroy();
      return;
    }
    // What follows of a body is not read.
    response.once('finish', () => request.socket.destroySoon());
    send(response, { status, body: JSON.parse(refusalBody(status)) });
  }
}

async function answerTo(context: GuardContext, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  checkHead(request);
  if (request.headers.upgrade !== undefined) throw new Denied('an upgrade where none belongs');
  const call = findCall(request.method ?? '', request.url ?? '', context.grammar);
  if (call.verb === 'attach') throw new Denied('an attach without upgrade');
  if (call.verb === 'create' && context.isDraining()) throw new Denied('draining', 429);
  const announced = announcedBytes(request, call.verb === 'create');
  const body = await readBody(request, announced);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return await perform(context, call, body, gone.signal);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isEmpty = status === 204 || status === 304;
  const text = body === undefined && status >= 400 ? { message: `the engine answered ${status}` } : body;
  const bytes = isEmpty || text === undefined ? '' : JSON.stringify(text);
  response.writeHead(status, {
    ...(bytes === '' ? {} : { 'Content-Type': 'application/json' }),
    ...(isEmpty ? {} : { 'Content-Length': Buffer.byteLength(bytes) }),
    Connection: 'close',
  });
  response.end(bytes);
}
