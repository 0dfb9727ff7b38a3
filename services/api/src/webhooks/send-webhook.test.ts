import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { solvedOutcome } from '../../test-support/outcomes.js';
import { end } from '../jobs/job.js';
import { createFetchPublic, fetchPublic } from '../outbound/fetch-public.js';
import { eventId, toEvent } from './event.js';
import { sendWebhook } from './send-webhook.js';

const job = end(aJob({ id: 'abc' }), { outcome: solvedOutcome }, new Date(4000));
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const now = new Date();
const { signal } = new AbortController();

let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;
let heard: { request: IncomingMessage; body: string }[];

beforeEach(async () => {
  heard = [];
  answer = (response) => response.end('thank you');
  server = createServer(async (request, response) => {
    heard.push({ request, body: await text(request) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  url = `http://hooks.example:${(server.address() as AddressInfo).port}/here`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function send(given: { url?: string } = {}) {
  const fetchTest = createFetchPublic({
    resolve: async () => ['127.0.0.2'],
    mayConnect: (address) => address === '127.0.0.2',
    ports: new Set([Number(new URL(url).port)]),
  });
  return sendWebhook(fetchTest, { url, secret, id: eventId(job.id), event: toEvent(job), ...given }, { now, signal });
}

test('the event arrives, signed, and is delivered with any 2xx', async () => {
  expect(await send()).toEqual({ delivered: true, status: 200 });
  answer = (response) => response.writeHead(204).end();
  expect(await send()).toEqual({ delivered: true, status: 204 });
  const [{ request, body } = { request: undefined, body: '' }] = heard;
  expect(request).toMatchObject({ method: 'POST', url: '/here' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'ended_abc' });
  expect(JSON.parse(body)).toEqual(toEvent(job));
  expect(heard[0]?.body).toBe(heard[1]?.body);
});

describe('not delivered', () => {
  test.each([
    [500, true],
    [503, true],
    [404, true],
    [429, true],
    [301, true],
    [307, true],
    [410, false],
  ])('with status %d; sent again: %s', async (status, again) => {
    answer = (response) => response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await send()).toEqual({ delivered: false, again, reason: `status ${status}` });
    expect(heard).toHaveLength(1);
  });

  test.each([
    ['120', 120_000],
    [new Date(Math.floor(now.getTime() / 1000) * 1000 + 60_000).toUTCString(), expect.any(Number)],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    [new Date(0).toUTCString(), undefined],
  ])('with Retry-After: %s', async (retryAfter, askedMs) => {
    answer = (response) => response.writeHead(429, { 'retry-after': retryAfter }).end();
    const failure = { delivered: false, again: true, reason: 'status 429' };
    expect(await send()).toEqual(askedMs === undefined ? failure : { ...failure, askedMs });
  });

  test('when nobody is there: again; when it is not public, or no URL: not again', async () => {
    answer = (response) => response.destroy();
    expect(await send()).toEqual({ delivered: false, again: true, reason: 'unreachable' });
    expect(await send({ url: 'http://127.0.0.1:1/' })).toMatchObject({ again: false, reason: 'refused_port' });
    expect(await send({ url: 'nonsense' })).toMatchObject({ again: false, reason: 'bad_url' });
    const inside = { url: 'http://169.254.169.254/latest', secret, id: eventId(job.id), event: toEvent(job) };
    expect(await sendWebhook(fetchPublic, inside, { now, signal })).toMatchObject({
      again: false,
      reason: 'refused_address',
    });
    expect(heard).toHaveLength(1);
  });

  test('when we leave: that is thrown', async () => {
    const leaving = AbortSignal.abort(new Error('draining'));
    const webhook = { url: 'https://hooks.example/', secret, id: eventId(job.id), event: toEvent(job) };
    await expect(sendWebhook(fetchPublic, webhook, { now, signal: leaving })).rejects.toThrow('draining');
  });
});

describe('the receiver of docs/webhooks.md', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'astrogate-webhook-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('takes what we send, and nothing that was changed, is old, or is signed by another', async () => {
    const page = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
    const [, source] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
    writeFileSync(join(dir, 'verify.mjs'), source ?? '');
    const { verify } = (await import(pathToFileURL(join(dir, 'verify.mjs')).href)) as {
      verify: (headers: IncomingMessage['headers'], body: string, secret: string) => unknown;
    };
    await send();
    const [{ request, body } = { request: undefined, body: '' }] = heard;
    const headers = request?.headers ?? {};
    expect(verify(headers, body, secret)).toEqual(toEvent(job));
    const several = { ...headers, 'webhook-signature': `v1,AAAA v1a,x ${headers['webhook-signature']}` };
    expect(verify(several, body, secret)).toEqual(toEvent(job));
    expect(() => verify(headers, body.replace('solved', 'failed'), secret)).toThrow();
    expect(() => verify({ ...headers, 'webhook-id': 'ended_x' }, body, secret)).toThrow();
    expect(() => verify({ ...headers, 'webhook-timestamp': '1' }, body, secret)).toThrow();
    expect(() => verify({ ...headers, 'webhook-signature': 'v1,AAAA' }, body, secret)).toThrow();
    expect(() => verify({}, body, secret)).toThrow();
    expect(() => verify(headers, body, `whsec_${randomBytes(32).toString('base64')}`)).toThrow();
  });
});
