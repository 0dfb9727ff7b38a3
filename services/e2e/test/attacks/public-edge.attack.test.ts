// Strangers at the public edge: paths, headers, forms and pictures that are made to break something. Each gets a typed
// answer, and neither a file in the spool nor a sandbox is left.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { isErrorCode } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually, startTestStack, type TestStack } from '../../src/test-stack.js';

// The machine may be busy with other tests.
jest.setTimeout(120_000);

let stack: TestStack;
let port: number;

beforeAll(async () => {
  stack = await startTestStack();
  port = Number(new URL(stack.url).port);
});
afterEach(async () => {
  await eventually('the spool is empty', 20_000, () => readdirSync(stack.spoolDirectory).length === 0);
  await eventually('no sandbox is left', 20_000, async () => (await stack.sandboxes()).length === 0);
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);
});
afterAll(async () => {
  await stack?.end();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request whose path and headers go out as they are. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }),
      );
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** The code of a problem, checked for what a problem must be. */
function problemOf({ status, headers, body }: Answer): string {
  const problem = JSON.parse(body) as { status?: number; code?: string };
  if (headers['content-type']?.toString().startsWith('application/problem+json')) expect(problem.status).toBe(status);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(isErrorCode(problem.code)).toBe(true);
  return `${status} ${problem.code}`;
}

describe('a job id', () => {
  test.each([
    '../../../etc/passwd',
    '..%2f..%2f..%2fetc%2fpasswd',
    '..%5c..%5cwindows',
    '%2e%2e',
    '%00',
    'a%00b',
    '%0d%0aSet-Cookie:%20x=1',
    '__proto__',
    'constructor',
    'toString',
    '*',
    "'%20OR%201=1--",
    '{"$ne":null}',
    'x'.repeat(8_000),
    '%F0%9F%94%AD',
  ])('%s finds nothing', async (id) => {
    for (const [method, path] of [
      ['GET', `/api/v1/solves/${id}`],
      ['GET', `/api/v1/solves/${id}/files/wcs`],
      ['DELETE', `/api/v1/solves/${id}`],
    ] as const) {
      const answer = await send(method, path);
      expect(problemOf(answer)).toMatch(/^(404 not_found|400 invalid_request|405 method_not_allowed)$/);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).not.toContain('root:');
    }
  });

  test.each(['..%2f..%2fpackage.json', '%2e%2e%2findex.js', '../../../../etc/passwd', 'x%00.css', '.env'])(
    'is not the only name that is looked up: the file %s of the documentation is not there',
    async (file) => {
      expect(problemOf(await send('GET', `/api/v1/docs/${file}`))).toMatch(/^(404|400) /);
    },
  );
});

describe('headers', () => {
  test.each(['a b', 'x'.repeat(65), '<script>', '"},{"level":"fatal"', '\u00e9', '../x'])(
    'the request id %j is replaced and never comes back',
    async (id) => {
      const answer = await send('GET', '/health', { 'x-request-id': id });
      expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(answer.headers['x-request-id']).not.toBe(id);
    },
  );

  test.each<[string, string]>([
    ['of 1 MB', `GET /health HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(1_000_000)}\r\n\r\n`],
    ['by the ten thousand', `GET /health HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(10_000)}\r\n`],
    ['with a line break in a name', 'GET /health HTTP/1.1\r\nHost: x\r\nX-\nA: b\r\n\r\n'],
    ['with two lengths', 'POST /solve HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
    [
      'with a length and chunks (smuggling)',
      'POST /solve HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    ],
    [
      'with a space before the colon',
      'POST /solve HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    ],
    ['of no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['of an HTTP version that is none', 'GET /health HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['of no HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
  ])('%s are refused, and the connection ends', async (_what, text) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('data', (part) => parts.push(part));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.from(text, 'latin1'));
    await closed;
    const answers =
      Buffer.concat(parts)
        .toString()
        .match(/HTTP\/1\.1 \d{3}/g) ?? [];
    expect(answers.length).toBeLessThanOrEqual(1);
    for (const answer of answers) expect(answer).toMatch(/ 4\d\d$/);
  });
});

const boundary = 'edge';
const formType = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const part = (disposition: string, body: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(body as string),
    Buffer.from('\r\n'),
  ]);
const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
const jpegHead = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const picture = part('name="image"; filename="x.jpg"', jpegHead);
const fields = (count: number, name: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => part(`name="${name(i)}"`, '1'));

describe('a form', () => {
  test.each<[string, () => Buffer]>([
    ['of ten thousand fields', () => form(...fields(10_000, (i) => `f${i}`), picture)],
    ['of one field ten thousand times', () => form(...fields(10_000, () => 'ra'), picture)],
    ['of ten thousand files', () => form(...Array(10_000).fill(picture))],
    ['with a field of 5 MB', () => form(part('name="ra"', 'x'.repeat(5_000_000)), picture)],
    ['with a name of 1 MB', () => form(part(`name="${'x'.repeat(1_000_000)}"`, '1'), picture)],
    ['with a form in it', () => form(part('name="x"', form(picture)), picture)],
    [
      'with fields of every object',
      () => form(...['__proto__', 'constructor', 'toString'].flatMap((name) => fields(1, () => name)), picture),
    ],
    [
      'with paths into every object',
      () =>
        form(
          ...['__proto__[admin]', 'constructor[prototype][admin]', 'a.__proto__.b', 'ra[]', 'ra[0][1][2]'].flatMap(
            (name) => fields(1, () => name),
          ),
          picture,
        ),
    ],
    ['with a name that is no name', () => form(part('name="\u0000\u001b[2J"', '1'), picture)],
    ['without its end', () => Buffer.concat([picture, part('name="ra"', '1')])],
    ['of nothing but boundaries', () => Buffer.from(`--${boundary}\r\n`.repeat(50_000))],
    ['of noise', () => randomBytes(200_000)],
  ])('%s is refused by /solve, /analyse and /api/v1/solves', async (_what, bytes) => {
    const body = bytes();
    for (const path of ['/solve', '/analyse', '/api/v1/solves']) {
      const answer = await send('POST', path, { ...formType, 'content-length': String(body.length) }, body).catch(
        (error: NodeJS.ErrnoException) => error,
      );
      // A refusal may come before the form is read; whoever goes on sending then meets a closed connection.
      if (answer instanceof Error) expect(['EPIPE', 'ECONNRESET']).toContain(answer.code);
      else expect(problemOf(answer)).toMatch(/^4\d\d /);
    }
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  test('that says to be JSON, with a prototype of its own, is refused', async () => {
    const body = Buffer.from('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
    for (const path of ['/solve', '/api/v1/solves']) {
      const answer = await send('POST', path, { 'content-type': 'application/json' }, body);
      expect(problemOf(answer)).toMatch(/^4\d\d /);
    }
  });
});

describe('a picture', () => {
  const megabytes = (count: number) => {
    const member = gzipSync(Buffer.alloc(20_000_000));
    return Buffer.concat(Array(count / 20).fill(member));
  };
  test.each<[string, () => Buffer, RegExp]>([
    [
      'that is a JPEG and a shell script',
      () => Buffer.concat([jpegHead, Buffer.from('\n#!/bin/sh\ntouch /tmp/x\n')]),
      /^422 image_/,
    ],
    [
      'that is a JPEG and a zip',
      () => Buffer.concat([jpegHead, Buffer.from('PK\u0003\u0004'.repeat(5_000))]),
      /^422 image_/,
    ],
    ['that is a zip', () => Buffer.from(`PK\u0003\u0004${'x'.repeat(5_000)}`), /^415 unsupported_format$/],
    ['that is a PDF', () => Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`), /^415 unsupported_format$/],
    [
      'that is an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      /^415 unsupported_format$/,
    ],
    [
      'that is PostScript',
      () => Buffer.from(`%!PS\n(/etc/passwd) run\n${' '.repeat(5_000)}`),
      /^415 unsupported_format$/,
    ],
    [
      'in a gzip of two gigabytes of nothing',
      () => megabytes(2_000),
      /^4\d\d (image_|unsupported_format|solver_failed|memory_limit)/,
    ],
    [
      'in a gzip in a gzip in a gzip',
      () => gzipSync(gzipSync(megabytes(400))),
      /^4\d\d (image_|unsupported_format|solver_failed)/,
    ],
    [
      'in a gzip that names a path',
      () =>
        Buffer.concat([
          Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
          Buffer.from('../../etc/cron.d/x\0'),
          gzipSync(Buffer.from('P5\n5 5\n255\n')).subarray(10),
        ]),
      /^4\d\d (image_|unsupported_format|solver_failed)/,
    ],
    ['of a billion pixels in a few bytes', () => Buffer.from('P5\n40000 40000\n255\n'), /^422 image_/],
  ])('%s ends with a code of its own', async (_what, bytes, expected) => {
    const body = form(part('name="image"; filename="x"', bytes()));
    const answer = await send('POST', '/solve', { ...formType, 'content-length': String(body.length) }, body);
    expect(problemOf(answer)).toMatch(expected);
  });
});

test('a body that comes byte by byte holds nobody up, and leaves nothing when its sender goes', async () => {
  const sockets = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => {});
    const length = 1_000_000;
    socket.write(
      `POST /solve HTTP/1.1\r\nHost: x\r\nContent-Type: ${formType['content-type']}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(picture.subarray(0, picture.length - 10));
  }
  for (let i = 0; i < 5; i += 1) expect((await send('GET', '/health')).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});
