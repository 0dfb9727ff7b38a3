import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { encodeEvent, lastEventId, type StreamEvent, sendEvents } from './event-stream.js';

let server: Server;
let draining: AbortController;
let source: (signal: AbortSignal) => AsyncIterable<StreamEvent>;
let sent: PromiseWithResolvers<unknown>;
let response: ServerResponse | undefined;

beforeEach(async () => {
  draining = new AbortController();
  sent = Promise.withResolvers();
  response = undefined;
  server = createServer((_request, answer) => {
    response = answer;
    sendEvents(answer, source, draining.signal).then(sent.resolve, sent.resolve);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  jest.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function connect(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }, resolve).on('error', reject);
  });
}

const event = (id: number, data: unknown = { n: id }): StreamEvent => ({ id, type: 'progress', data });

async function* list(...events: StreamEvent[]): AsyncGenerator<StreamEvent> {
  yield* events;
}

/** Gives `events`, then nothing until the signal fires; tells that it was ended. */
function thenSilence(events: StreamEvent[], ended: () => void) {
  return async function* silent(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    try {
      yield* events;
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      ended();
    }
  };
}

const first = async (stream: IncomingMessage): Promise<string> => {
  const [chunk] = await once(stream.setEncoding('utf8'), 'data');
  return chunk as string;
};

test('events are written with ids, and the answer ends with the source', async () => {
  source = () => list(event(1), event(2, 'two\nlines\r\n\u2028'));
  const stream = await connect();
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  expect(await text(stream)).toBe(
    'retry: 2000\n\nid: 1\nevent: progress\ndata: {"n":1}\n\nid: 2\nevent: progress\ndata: "two\\nlines\\r\\n\u2028"\n\n',
  );
  expect(await sent.promise).toBeUndefined();
});

test('whatever the data is, an event is three lines and an empty one', () => {
  for (const data of ['a\n\nid: 5', { 'k\r': '\r\r' }, ['\n'], null, 0.5, '']) {
    const lines = encodeEvent({ id: 7, type: 'job', data }).split(/\r\n|\r|\n/);
    expect(lines).toEqual(['id: 7', 'event: job', `data: ${JSON.stringify(data)}`, '', '']);
  }
});

describe('a client that comes back', () => {
  test.each([
    ['0', 0],
    ['17', 17],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1.5', undefined],
    ['0x10', undefined],
    ['12345678901234567890', undefined],
    ['a', undefined],
    [undefined, undefined],
  ])('with Last-Event-ID %j has %j', (header, id) => {
    expect(lastEventId({ headers: header === undefined ? {} : { 'last-event-id': header } })).toBe(id);
  });
});

describe('the stream ends', () => {
  test('when the client leaves: the source hears of it', async () => {
    const ended = Promise.withResolvers<void>();
    source = thenSilence([event(1)], ended.resolve);
    const stream = await connect();
    await first(stream);
    stream.destroy();
    await ended.promise;
    expect(await sent.promise).toBeUndefined();
  });

  test('when the service drains: whole, so that the client comes back', async () => {
    const ended = Promise.withResolvers<void>();
    source = thenSilence([event(1)], ended.resolve);
    const stream = await connect();
    const all = text(stream);
    setImmediate(() => draining.abort());
    expect(await all).toMatch(/^retry: 2000\n\n/);
    expect(stream.complete).toBe(true);
    await ended.promise;
    expect(await sent.promise).toBeUndefined();
  });

  test('when the service drains and the source does not listen', async () => {
    source = async function* deaf() {
      await new Promise(() => undefined);
      yield event(1);
    };
    draining.abort();
    expect(await text(await connect())).toBe('retry: 2000\n\n');
    expect(await sent.promise).toBeUndefined();
  });

  test('broken off when the source fails', async () => {
    source = async function* failing() {
      yield event(1);
      throw new Error('the database is gone');
    };
    const stream = await connect().catch((error: Error) => error);
    if (!(stream instanceof Error)) await expect(text(stream)).rejects.toThrow();
    expect(await sent.promise).toMatchObject({ message: 'the database is gone' });
  });
});

/** Events without end, each a megabyte. */
function flood(count: (n: number) => void) {
  return async function* floods(): AsyncGenerator<StreamEvent> {
    for (let n = 1; ; n++) {
      count(n);
      yield event(n, 'x'.repeat(1_000_000));
    }
  };
}

test('nothing is taken from the source that the client has no room for', async () => {
  let taken = 0;
  source = flood((n) => {
    taken = n;
  });
  const stream = await connect();
  stream.pause();
  while (!response?.writableNeedDrain) await new Promise((resolve) => setImmediate(resolve));
  const before = taken;
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBe(before);
  // What sockets of loopback hold: a few megabytes.
  expect(taken).toBeLessThan(30);
  stream.destroy();
  await sent.promise;
});

describe('heartbeats', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'setTimeout'] });
  });

  test('are written every 15 seconds, and stop with the stream', async () => {
    source = thenSilence([], () => undefined);
    const stream = await connect();
    await first(stream);
    const beat = once(stream, 'data');
    jest.advanceTimersByTime(15_000);
    expect(await beat).toEqual([': still here\n\n']);
    stream.destroy();
    await sent.promise;
    expect(jest.getTimerCount()).toBe(0);
  });

  test('find a client that takes nothing, and end it', async () => {
    source = flood(() => undefined);
    const stream = await connect();
    stream.on('error', () => undefined);
    stream.pause();
    while (!response?.writableNeedDrain) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(15_000);
    expect(response?.destroyed).toBe(false);
    jest.advanceTimersByTime(15_000);
    expect(response?.destroyed).toBe(true);
    expect(await sent.promise).toBeUndefined();
  });
});
