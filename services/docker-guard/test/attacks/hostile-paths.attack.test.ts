// A solver that was taken over asks for other things, or for the same in other words. Nothing of it reaches an engine: a
// fake one that records has been asked nothing at all.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeEngine, fakeImage, startFakeEngine } from '../../test-support/fake-engine.js';
import {
  createLine,
  type GuardUnderTest,
  requestBytes,
  startGuard,
  statusOf,
} from '../../test-support/guard-under-test.js';

let fake: FakeEngine;
let guard: GuardUnderTest;
/** A sandbox that the guard made, so that only the words are wrong. */
let id: string;

beforeAll(async () => {
  fake = await startFakeEngine();
  guard = await startGuard(fake.socketPath, {
    GUARD_SANDBOX_IMAGE: fakeImage,
    GUARD_TARGETS: 'vault=com.example.role:vault',
  });
  const { name, body } = guard.spec();
  const answer = await guard.send(requestBytes(createLine(name), JSON.stringify(body)));
  id = /"Id":"([0-9a-f]{64})"/.exec(answer)?.[1] ?? '';
  expect(id).toHaveLength(64);
});
afterAll(async () => {
  await guard?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(() => fake.forget());

const attach = 'stream=1&stdin=1&stdout=1&stderr=1';

test('the right words reach the engine, so the wrong ones could', async () => {
  expect(await guard.status(`POST /v1.41/containers/${id}/start`)).toBe(204);
  expect(fake.recorded.map(({ line }) => line)).toEqual([`POST /v1.41/containers/${id}/start`]);
});

describe('other calls', () => {
  test.each([
    'POST /v1.41/containers/ID/exec',
    'POST /v1.41/exec/ID/start',
    'GET /v1.41/containers/ID/archive?path=/',
    'PUT /v1.41/containers/ID/archive?path=/',
    'HEAD /v1.41/containers/ID/archive?path=/',
    'GET /v1.41/containers/ID/export',
    'GET /v1.41/containers/ID/logs?stdout=1',
    'GET /v1.41/containers/ID/top',
    'GET /v1.41/containers/ID/changes',
    'GET /v1.41/containers/ID/stats',
    'GET /v1.41/containers/ID/attach/ws?stream=1',
    'POST /v1.41/containers/ID/update',
    'POST /v1.41/containers/ID/rename?name=x',
    'POST /v1.41/containers/ID/pause',
    'POST /v1.41/containers/ID/resize?h=1&w=1',
    'POST /v1.41/containers/prune',
    'POST /v1.41/commit?container=ID',
    'POST /v1.41/build',
    'POST /v1.41/images/create?fromImage=debian',
    'POST /v1.41/images/load',
    'GET /v1.41/images/json',
    'DELETE /v1.41/images/astrogate%2Fsandbox%3Afake',
    'POST /v1.41/volumes/create',
    'GET /v1.41/volumes',
    'POST /v1.41/networks/create',
    'POST /v1.41/swarm/init',
    'POST /v1.41/plugins/pull?remote=x',
    'GET /v1.41/secrets',
    'GET /v1.41/events',
    'GET /v1.41/system/df',
    'POST /v1.41/session',
    'POST /grpc',
    'GET /debug/pprof/heap',
  ])('%s', async (line) => {
    expect(await guard.status(line.replaceAll('ID', id))).toBe(403);
    expect(fake.recorded).toEqual([]);
  });
});

describe('the same call in other words', () => {
  test.each([
    'POST /v1.41//containers/ID/start',
    'POST //v1.41/containers/ID/start',
    'POST /v1.41/./containers/ID/start',
    'POST /v1.41/images/../containers/ID/start',
    'POST /v1.41/containers/ID/start/',
    'POST /v1.41/containers/ID/start/..',
    'POST /v1.41/containers/ID/start;x',
    'POST /v1.41/containers/ID/start?',
    'POST /v1.41/containers/ID/start?checkpoint=x',
    'POST /v1.41/containers/ID/start#x',
    'POST /v1.41/containers/ID%2Fstart',
    'POST /v1.41/containers/ID/st%61rt',
    'POST /v1.41/containers/ID/start%00',
    'POST /v1.41/containers/%2e%2e/containers/ID/start',
    'POST /v1.41/containers\\ID\\start',
    'POST /V1.41/containers/ID/start',
    'POST /v1.41/Containers/ID/start',
    'POST /v1.41/containers/ID/START',
    'POST /containers/ID/start',
    'POST /v1.24/containers/ID/start',
    'POST /v1.42/containers/ID/start',
    'POST /v1.410/containers/ID/start',
    'POST http://docker/v1.41/containers/ID/start',
    'POST unix:///v1.41/containers/ID/start',
    'GET /v1.41/containers/ID/start',
    'PUT /v1.41/containers/ID/start',
    'PATCH /v1.41/containers/ID/start',
    'HEAD /v1.41/containers/ID/json',
    'OPTIONS *',
    'GET /v1.41/containers/ID/json?size=1',
    'DELETE /v1.41/containers/ID',
    'DELETE /v1.41/containers/ID?v=true&force=true',
    'DELETE /v1.41/containers/ID?force=true&v=true&link=true',
    'POST /v1.41/containers/ID/kill',
    'POST /v1.41/containers/ID/kill?signal=STOP',
    'POST /v1.41/containers/ID/kill?signal=KILL&signal=STOP',
    'POST /v1.41/containers/ID/kill?signal=9',
    'POST /v1.41/containers/ID/wait',
    'POST /v1.41/containers/ID/wait?condition=removed',
    `POST /v1.41/containers/ID/attach?${attach}`,
    'GET /v1.41/containers/json',
    'GET /v1.41/containers/json?all=true',
    'GET /v1.41/containers/json?all=true&filters=%7B%7D',
    'GET /v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22com.example.role%3Dapi%22%5D%7D',
    'GET /v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22com.example.role%22%5D%7D',
    'GET /v1.41/containers/json?all=true&filters={"label":["com.example.role=vault"]}',
    'GET /v1.41/containers/json?all=true&filters=%7b%22label%22%3a%5b%22com.example.role%3dvault%22%5d%7d',
    'GET /v1.41/images/debian/json',
    'GET /v1.41/images/astrogate/sandbox:fake/json',
    'POST /v1.41/containers/create',
    'POST /v1.41/containers/create?name=vault',
    'POST /v1.41/containers/create?name=astrogate-sandbox-1&name=vault',
    `POST /v1.41/containers/create?name=astrogate-sandbox-${'c'.repeat(32)}&platform=x`,
  ])('%s', async (line) => {
    const status = await guard.status(line.replaceAll('ID', id));
    // What is no HTTP is refused by the parser.
    expect([400, 403]).toContain(status);
    expect(fake.recorded).toEqual([]);
  });
});

describe('two requests in one', () => {
  const start = () => requestBytes(`POST /v1.41/containers/${id}/start`);
  const exec = () => requestBytes(`POST /v1.41/containers/${id}/exec`, '{"Privileged":true}');

  test('a second request behind the first is not done', async () => {
    await guard.send(Buffer.concat([start(), exec()]));
    await guard.send(Buffer.concat([requestBytes('GET /v1.41/_ping'), start(), exec()]));
    const lines = fake.recorded.map(({ line }) => line);
    expect(lines.filter((line) => line.includes('exec'))).toEqual([]);
    expect(lines.filter((line) => line.includes('start')).length).toBeLessThanOrEqual(1);
  });

  test('nor one in a body where none belongs', async () => {
    const bytes = requestBytes(`POST /v1.41/containers/${id}/start`, exec());
    expect(statusOf(await guard.send(bytes))).toBe(403);
    expect(fake.recorded).toEqual([]);
  });

  test.each([
    ['a body of a GET', 'GET /v1.41/_ping', ['Content-Length: 4']],
    ['a chunked body of a start', 'START', ['Transfer-Encoding: chunked']],
    ['a length and chunks', 'START', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['a coding within chunks', 'START', ['Transfer-Encoding: gzip, chunked']],
    ['a coding in odd words', 'START', ['Transfer-Encoding: xchunked']],
    ['a second length', 'START', ['Content-Length: 4', 'Content-Length: 4']],
    ['another method by header', 'GET /v1.41/_ping', ['Upgrade: h2c', 'Connection: Upgrade', 'HTTP2-Settings: x']],
  ])('%s', async (_what, line, headers) => {
    const target = line === 'START' ? `POST /v1.41/containers/${id}/start` : line;
    expect([400, 403]).toContain(statusOf(await guard.send(requestBytes(target, 'x=yz', headers))));
    expect(fake.recorded).toEqual([]);
  });

  test('CONNECT opens nothing', async () => {
    expect(statusOf(await guard.send(requestBytes('CONNECT docker:2375')))).toBe(403);
    expect(fake.recorded).toEqual([]);
  });

  test.each([
    ['with a body', 4, 'x=yz'],
    ['with bytes behind it', 0, 'exec'],
  ])('an attach %s is refused', async (_what, length, rest) => {
    const headers = ['Connection: Upgrade', 'Upgrade: tcp', `Content-Length: ${length}`];
    const bytes = requestBytes(`POST /v1.41/containers/${id}/attach?${attach}`, rest, headers);
    expect(statusOf(await guard.send(bytes))).toBe(403);
    expect(fake.recorded).toEqual([]);
  });

  test.each([
    ['GARBAGE'],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['GET /v1.41/_ping HTTP/1.1\r\n\r\n'],
    ['GET /v1.41/_ping HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['GET /v1.41/_ping\r\n\r\n'],
  ])('what is no request in good form is refused: %#', async (text) => {
    expect([0, 400, 403]).toContain(statusOf(await guard.send(text, { halfClose: true })));
    expect(fake.recorded).toEqual([]);
  });
});
