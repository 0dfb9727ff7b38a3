import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { AstrogateError, EventDecoder, encodeEvent } from '@astrogate/proto';
import { expect, jest, test } from '@jest/globals';
import { stdoutBytes } from '../limits.js';
import { Pump } from './pump.js';

/** A fake of an attached socket whose output is `chunks`. */
function fakeSocket(chunks: Iterable<Buffer>): Socket {
  const source = chunks[Symbol.iterator]();
  return new Duplex({
    read() {
      const { done, value } = source.next();
      this.push(done ? null : value);
    },
    write: (_chunk, _encoding, done) => done(),
  }) as Socket;
}

function frame(stream: 1 | 2, bytes: Buffer): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

async function readAll(pump: Pump): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of pump.events()) kinds.push(kind);
  return kinds;
}

test('events come out, stderr stays behind', async () => {
  const pump = new Pump(
    fakeSocket([
      frame(1, encodeEvent('ready', {})),
      frame(2, Buffer.from('noise')),
      frame(1, encodeEvent('outcome', {})),
    ]),
  );
  expect(await readAll(pump)).toEqual(['ready', 'outcome']);
  expect(pump.stderrTail).toBe('noise');
});

test('a writer of single bytes is read all the same', async () => {
  const event = encodeEvent('progress', { detail: 'x'.repeat(5000) });
  const tiny = Buffer.concat([...event].map((byte) => frame(1, Buffer.from([byte]))));
  expect(await readAll(new Pump(fakeSocket([tiny])))).toEqual(['progress']);
});

test('a flood of stderr leaves nothing in the decoder', async () => {
  const push = jest.spyOn(EventDecoder.prototype, 'push');
  const flood = Array<Buffer>(1000).fill(frame(2, Buffer.from('x')));
  const pump = new Pump(fakeSocket([...flood, frame(1, encodeEvent('outcome', {}))]));
  expect(await readAll(pump)).toEqual(['outcome']);
  expect(push).toHaveBeenCalledTimes(1);
  push.mockRestore();
});

test('stops at the cap', async () => {
  const progress = frame(1, encodeEvent('progress', { detail: 'x'.repeat(60_000) }));
  let given = 0;
  const flood = (function* () {
    while (true) {
      given += progress.length;
      yield progress;
    }
  })();
  await expect(readAll(new Pump(fakeSocket(flood)))).rejects.toMatchObject({ code: 'output_limit' });
  expect(given).toBeLessThan(stdoutBytes * 1.2);
});

test.each([
  ['a wrong frame', Buffer.from('HTTP/1.1 500 x')],
  ['a wrong event', frame(1, Buffer.from('hello'))],
])('%s is solver_failed', async (_what, bytes) => {
  await expect(readAll(new Pump(fakeSocket([bytes])))).rejects.toMatchObject({ code: 'solver_failed' });
});

test('an output that breaks off just ends', async () => {
  expect(await readAll(new Pump(fakeSocket([frame(1, encodeEvent('outcome', {}).subarray(0, 6))])))).toEqual([]);
  const broken = fakeSocket([]);
  broken.destroy(new Error('ECONNRESET'));
  expect(await readAll(new Pump(broken))).toEqual([]);
});

test('whoever reads gets the reason of close', async () => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }) as Socket;
  const pump = new Pump(socket);
  const reading = readAll(pump);
  pump.close(new AstrogateError('cancelled'));
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  await pump.write(Buffer.from('too late'));
});

test('a write waits until there is room, or until the sandbox is gone', async () => {
  const socket = new Duplex({ read() {}, write() {}, writableHighWaterMark: 1 }) as Socket;
  const pump = new Pump(socket);
  let isDone = false;
  const writing = pump.write(Buffer.alloc(10)).then(() => {
    isDone = true;
  });
  await Promise.resolve();
  expect(isDone).toBe(false);
  pump.close();
  await writing;
});

test('a sandbox that never reads is given up', async () => {
  const socket = new Duplex({ read() {}, write() {}, writableHighWaterMark: 1 }) as Socket;
  await expect(new Pump(socket, 10).write(Buffer.alloc(10))).rejects.toMatchObject({ code: 'solver_failed' });
  expect(['drain', 'close'].map((event) => socket.listenerCount(event))).toEqual([0, 0]);
});
