import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { boundary, formEnd, part, postHead, postRaw, RawClient } from '../../test-support/raw-http.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';

let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  api = await runApi({ maxUploadBytes: 200_000 }, { solver });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const post = (body: FormData | string, path = '/api/v1/solves') => fetch(`${api.url}${path}`, { method: 'POST', body });

const picturePart = (body: string | Buffer = jpeg(), name = 'a.jpg') => part(`name="image"; filename="${name}"`, body);
const fieldPart = (name: string, value: string) => part(`name="${name}"`, value);

/** Sends the parts as a form; the answer's problem. */
async function problemOf(...parts: Buffer[]) {
  const { status, body } = await postRaw(api.port, '/api/v1/solves', Buffer.concat([...parts, formEnd]));
  return { http: status, ...(JSON.parse(body) as { code: string; detail: string; status: number }) };
}

async function expectNothingKept(): Promise<void> {
  await until(() => api.spooled().length === 0);
  expect(solver.attempts).toEqual([]);
}

describe('a refused upload', () => {
  test.each<[string, Buffer[], number, string, string]>([
    ['no file', [fieldPart('ra', '1')], 400, 'invalid_upload', 'There is no file part "image"'],
    ['a picture that is no file part', [fieldPart('image', 'x')], 400, 'invalid_upload', 'must be a file part'],
    ['a picture in a text field', [fieldPart('image', 'x'.repeat(999))], 400, 'invalid_upload', 'must be a file part'],
    ['another part name', [part('name="file"; filename="a.jpg"', jpeg())], 400, 'invalid_upload', 'not "file"'],
    ['two files', [picturePart(), picturePart()], 400, 'invalid_upload', 'more than one file'],
    ['a second file of another name', [picturePart(), part('name="b"; filename="b"', 'x')], 400, 'invalid_upload', ''],
    ['0 bytes', [picturePart('')], 400, 'invalid_upload', '0 bytes'],
    ['text', [picturePart('hello, this is certainly not a picture')], 415, 'unsupported_format', 'not a picture'],
    ['a few bytes of nothing', [picturePart('P')], 415, 'unsupported_format', 'not a picture'],
    ['too many bytes', [picturePart(jpeg(200_001))], 413, 'upload_too_large', 'larger than 200000 bytes'],
    ['an unknown field', [fieldPart('foo', 'bar'), picturePart()], 400, 'invalid_request', 'foo is "bar"'],
    [
      'a field given twice',
      [fieldPart('ra', '1'), fieldPart('ra', '2'), picturePart()],
      400,
      'invalid_request',
      'given once',
    ],
    ['a nested field', [fieldPart('ra[x]', '1'), picturePart()], 400, 'invalid_request', ''],
    ['a field named __proto__', [fieldPart('__proto__', '1'), picturePart()], 400, 'invalid_request', ''],
    ['a long field name', [fieldPart('n'.repeat(65), '1'), picturePart()], 400, 'invalid_request', 'longer than 64'],
    ['a long value', [fieldPart('ra', '1'.repeat(2049)), picturePart()], 400, 'invalid_request', 'at most 2048'],
    [
      'too many fields',
      [...Array.from({ length: 40 }, (_, i) => fieldPart(`f${i}`, '')), picturePart()],
      400,
      'invalid_request',
      'more than 32 fields',
    ],
  ])('with %s says so and leaves nothing behind', async (_name, parts, status, code, detail) => {
    const problem = await problemOf(...parts);
    expect(problem).toMatchObject({ http: status, status, code });
    expect(problem.detail).toContain(detail);
    await expectNothingKept();
  });

  test.each([
    ['without a body', undefined, undefined],
    ['as JSON', '{}', 'application/json'],
    ['without a boundary', 'x', 'multipart/form-data'],
    ['that is no form', 'hello', `multipart/form-data; boundary=${boundary}`],
  ])('%s is invalid_upload or ended early', async (_name, body, type) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', headers, ...(body ? { body } : {}) });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { code: string }).code).toMatch(/^(invalid_upload|upload_aborted)$/);
  });

  test('whose announced length is too large is refused before its body', async () => {
    const client = await RawClient.open(api.port);
    client.send(postHead('/api/v1/solves', 10_000_000));
    expect(await client.answer()).toMatchObject({ status: 413 });
    client.destroy();
  });

  test('that is not a picture is refused while most of it has not been sent', async () => {
    const client = await RawClient.open(api.port);
    client.send(postHead('/api/v1/solves', 150_000));
    client.send(picturePart('x'.repeat(1000)).subarray(0, 900));
    const answer = await client.answer();
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unsupported_format' });
    client.destroy();
    await expectNothingKept();
  });

  test('is read no further than a moment after its refusal', async () => {
    const client = await RawClient.open(api.port);
    client.send(postHead('/api/v1/solves', 150_000));
    client.send(picturePart('x'.repeat(1000)).subarray(0, 900));
    await client.answer();
    await client.closed();
  }, 15_000);
});

test('a body that goes on without end, outside of every part, is cut at the size of the largest form', async () => {
  const client = await RawClient.open(api.port);
  client.send(postHead('/solve', 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
  const preamble = Buffer.from(`8000\r\n${'y'.repeat(0x8000)}\r\n`);
  for (let sent = 0; sent < 400_000; sent += 0x8000) await client.sendDrained(preamble);
  const { status, body } = await client.answer();
  client.destroy();
  expect([status, JSON.parse(body)]).toMatchObject([413, { code: 'upload_too_large' }]);
});

test('a picture that is the whole body is told what form to take', async () => {
  const response = await fetch(`${api.url}/solve`, {
    method: 'POST',
    body: new Uint8Array(jpeg(50_000)),
    headers: { 'content-type': 'image/jpeg' },
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { code: 'invalid_upload', error: 'The body must be multipart/form-data with a file part "image"' },
  ]);
});

test('an upload that is broken off leaves no file and no job', async () => {
  const client = await RawClient.open(api.port);
  client.send(postHead('/api/v1/solves', 150_000));
  client.send(picturePart(jpeg(100_000)).subarray(0, 60_000));
  await until(() => api.spooled().length === 1);
  client.destroy();
  await expectNothingKept();
});

test('a body that is shorter than its parts ended early', async () => {
  const body = picturePart(jpeg(5000)).subarray(0, 2000);
  const { status, body: text } = await postRaw(api.port, '/api/v1/solves', body);
  expect([status, JSON.parse(text)]).toMatchObject([400, { code: 'upload_aborted', retryable: true }]);
  await expectNothingKept();
});

test('an upload that takes too long gets upload_timeout and leaves no file', async () => {
  await using slow = await runApi({ uploadSeconds: 1 }, { solver });
  const client = await RawClient.open(slow.port);
  client.send(postHead('/solve', 150_000));
  client.send(picturePart(jpeg(100_000)).subarray(0, 60_000));
  const answer = await client.answer();
  expect(answer.status).toBe(408);
  expect(JSON.parse(answer.body)).toMatchObject({ solved: false, code: 'upload_timeout' });
  expect(slow.spooled()).toEqual([]);
  client.destroy();
});

describe('a good upload', () => {
  test('may come in chunks without an announced length', async () => {
    const body = Buffer.concat([picturePart(jpeg(50_000)), formEnd]);
    const client = await RawClient.open(api.port);
    client.send(postHead('/api/v1/solves', 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    for (let at = 0; at < body.length; at += 1000) {
      const chunk = body.subarray(at, at + 1000);
      client.send(`${chunk.length.toString(16)}\r\n`);
      client.send(Buffer.concat([chunk, Buffer.from('\r\n')]));
    }
    client.send('0\r\n\r\n');
    expect((await client.answer()).status).toBe(202);
    client.destroy();
    expect((await solver.attempt(1)).attempt.upload.bytes).toBe(50_000);
  });

  test('reaches the solver byte by byte with its hash, and lies in a private file of a random name', async () => {
    solver.script = hold;
    const picture = jpeg(150_000);
    const response = await post(form(picture, {}, '../../x'));
    expect(response.status).toBe(202);
    const { attempt, options, end } = await solver.attempt(1);
    expect(solver.uploads[0]?.equals(picture)).toBe(true);
    expect(attempt.upload.sha256.toString('hex')).toBe(createHash('sha256').update(picture).digest('hex'));
    expect(attempt.upload).toMatchObject({ bytes: 150_000, format: 'IMAGE_FORMAT_JPEG' });
    expect(api.spooled()).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.upload$/)]);
    expect(statSync(join(api.spoolDir, api.spooled()[0] as string)).mode & 0o777).toBe(0o600);
    expect(options.signal.aborted).toBe(false);
    end.reject(new Error('over'));
    await until(() => api.spooled().length === 0);
  });

  test.each([
    ['../../x', 'x'],
    ['..\\..\\evil.jpg', 'evil.jpg'],
    ['a%0Ab%0d\u202e.jpg', 'ab.jpg'],
    ['é星.jpg', 'é星.jpg'],
    [`${'n'.repeat(300)}.jpg`, 'n'.repeat(100)],
  ])('named %j is shown as %j', async (name, shown) => {
    solver.script = hold;
    const raw = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="`),
      Buffer.from(name.replaceAll('\\', '\\\\'), 'utf8'),
      Buffer.from('"\r\n\r\n'),
      jpeg(),
      Buffer.from('\r\n'),
      formEnd,
    ]);
    const { status, body: text } = await postRaw(api.port, '/api/v1/solves', raw);
    expect(status).toBe(202);
    expect(JSON.parse(text).upload.name).toBe(shown);
  });

  test.each(['a\u0000b.jpg', 'a\u001b[31m.jpg', '..'])('is refused when its name is %j', async (name) => {
    expect(await problemOf(picturePart(jpeg(), name))).toMatchObject({ http: 400, code: 'invalid_upload' });
    await expectNothingKept();
  });
});

test('200 uploads at once all end with an answer, each with its own bytes', async () => {
  solver.slots = 4;
  const sizes = Array.from({ length: 200 }, (_, i) => 1000 + i);
  const answers = await Promise.all(
    sizes.map(async (size, i) => {
      const path = i % 2 ? '/solve' : '/api/v1/solves';
      const response = await post(form(jpeg(size)), path);
      const body = (await response.json()) as { solved?: boolean; id?: string };
      return path === '/solve' ? body.solved : ended(body.id as string);
    }),
  );
  expect(answers.every((answer) => answer === true || answer === 'solved')).toBe(true);
  expect(solver.uploads.map(({ length }) => length).sort((a, b) => a - b)).toEqual(sizes);
  expect(new Set(solver.attempts.map(({ attempt }) => attempt.jobId)).size).toBe(200);
  expect(solver.mostInFlight).toBeLessThanOrEqual(4);
  await until(() => api.spooled().length === 0);
}, 60_000);

async function ended(id: string): Promise<string> {
  let status = '';
  await until(async () => {
    const response = await fetch(`${api.url}/api/v1/solves/${id}`);
    status = ((await response.json()) as { status: string }).status;
    return status !== 'queued' && status !== 'running';
  });
  return status;
}

test('memory stays flat while 3 × 45 MB come in', async () => {
  await using large = await runApi({ maxUploadBytes: 52_428_800 }, { solver });
  // The fake reads whole files; this one leaves them alone.
  solver.solve = async () => {
    throw new Error('not looked at');
  };
  const chunk = Buffer.alloc(64 * 1024, 7);
  const chunks = (45 * 1024 * 1024) / chunk.length;
  const upload = async () => {
    const head = part('name="image"; filename="a"', '').subarray(0, -2);
    const client = await RawClient.open(large.port);
    client.send(postHead('/api/v1/solves', head.length + 45 * 1024 * 1024 + 2 + formEnd.length));
    client.send(head);
    for (let sent = 0; sent < chunks; sent++) await client.sendDrained(sent === 0 ? firstChunk(chunk) : chunk);
    client.send('\r\n');
    client.send(formEnd);
    const { status } = await client.answer();
    client.destroy();
    return status;
  };
  expect(await upload()).toBe(202);
  const before = process.memoryUsage();
  let most = 0;
  const watch = setInterval(() => {
    const { external, heapUsed } = process.memoryUsage();
    most = Math.max(most, external + heapUsed);
  }, 20);
  expect(await Promise.all([upload(), upload(), upload()])).toEqual([202, 202, 202]);
  clearInterval(watch);
  // 135 MB came in; what is held at a time are chunks in flight and garbage.
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(100 * 1024 * 1024);
  expect(most - before.external - before.heapUsed).toBeLessThan(100 * 1024 * 1024);
}, 60_000);

function firstChunk(chunk: Buffer): Buffer {
  const first = Buffer.from(chunk);
  jpeg(4).copy(first);
  return first;
}
