// The limits that hold for every connection, seen in their effect. Hours pass by a clock of the test's own.
import type { ClientHttp2Session } from 'node:http2';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Credentials, makeLeaf } from '../certificates.js';
import { type CountingServer, startCountingServer } from './counting-server.js';
import { openSession, rawUnary } from './raw-call.js';
import { frame, frameType, preface, RawHttp2 } from './raw-http2.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const path = '/astrogate.solver.v1.SolverService/GetCapacity';
let server: CountingServer;
let identity: Credentials;

beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  server = await startCountingServer();
  identity = await makeLeaf(server.authority, { names: [{ type: 'url', value: 'spiffe://astrogate/api' }] });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  jest.useRealTimers();
});

const open = () => openSession(server.port, server.authority.cert, identity);
const openRaw = () => RawHttp2.open(server.port, server.authority.cert, identity);
const answered = (session: ClientHttp2Session) => rawUnary(session, path, framed(Buffer.alloc(0)));
const closed = (session: ClientHttp2Session) => new Promise((resolve) => session.once('close', resolve));

/**
 * Lets minutes pass, in steps in which both sides can answer each other's pings; `act` is done in each. Stops when the
 * session is closed.
 */
async function pass(minutes: number, session: ClientHttp2Session, act: () => Promise<unknown> = async () => {}) {
  for (let seconds = 0; seconds < minutes * 60; seconds += 2) {
    await jest.advanceTimersByTimeAsync(2_000);
    if (session.closed || session.destroyed) return;
    await act();
    await new Promise<void>((resolve) => {
      session.once('close', () => resolve());
      if (session.destroyed || !session.ping(() => resolve())) resolve();
    });
  }
}

/** Until what has been sent is there: a round trip, without a timer. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a connection', () => {
  test('says how many streams it takes at once', async () => {
    const session = await open();
    // Slots 2, waiting 2, spare 32.
    expect(session.remoteSettings.maxConcurrentStreams).toBe(36);
    session.destroy();
  });

  test('that is idle for five minutes is closed', async () => {
    const session = await open();
    session.setMaxListeners(0);
    expect(await answered(session)).toMatchObject({ status: 0 });
    const end = closed(session);
    await pass(4, session);
    expect(await answered(session)).toMatchObject({ status: 0 });
    await pass(6, session);
    await end;
  });

  test('is told to go after an hour, though it is used', async () => {
    const session = await open();
    session.setMaxListeners(0);
    const goaway = new Promise((resolve) => session.once('goaway', resolve));
    await pass(50, session, () => answered(session));
    expect(session.closed).toBe(false);
    await pass(20, session, () => answered(session));
    // NO_ERROR: calls that run may end.
    expect(await goaway).toBe(0);
    session.destroy();
  });

  test('whose peer answers no ping is cut within 6 seconds', async () => {
    const raw = await openRaw();
    await raw.send(preface);
    await until(() => raw.count(frameType.settings) > 0);
    await jest.advanceTimersByTimeAsync(3_000);
    await until(() => raw.count(frameType.ping) > 0);
    await jest.advanceTimersByTimeAsync(3_000);
    await raw.closed;
  });

  test('whose peer answers its pings stays', async () => {
    const raw = await openRaw();
    await raw.send(preface);
    await until(() => raw.count(frameType.settings) > 0);
    await jest.advanceTimersByTimeAsync(3_000);
    await until(() => raw.count(frameType.ping) > 0);
    const ping = raw.heads.find(({ type }) => type === frameType.ping);
    await raw.send(frame(frameType.ping, 1, 0, ping?.payload ?? Buffer.alloc(8)));
    await raw.send(frame(frameType.ping, 0, 0, Buffer.alloc(8, 1)));
    await until(() => raw.count(frameType.ping) > 1);
    // The next ping comes after three seconds, and is not answered for two.
    await jest.advanceTimersByTimeAsync(5_000);
    expect(raw.isOpen).toBe(true);
    raw.destroy();
  });
});

test('a message of 272 KiB is read, one byte more is not', async () => {
  const session = await open();
  const admin = '/astrogate.admin.v1.AdminService/ListTargets';
  const bytes = (size: number) =>
    framed(Buffer.concat([Buffer.from([0xfa, 0x3f]), varintOf(size - 5), Buffer.alloc(size - 5)]));
  expect((await rawUnary(session, admin, bytes(272 * 1024))).status).toBe(0);
  expect((await rawUnary(session, admin, bytes(272 * 1024 + 1))).status).toBe(8);
  session.destroy();
});

/** Three bytes, enough for 2 MiB. */
const varintOf = (value: number) => Buffer.from([(value & 127) | 128, ((value >> 7) & 127) | 128, value >> 14]);

test('the server serves no channelz, which it counts its connections with', async () => {
  const session = await open();
  const channelz = '/grpc.channelz.v1.Channelz/GetServers';
  expect((await rawUnary(session, channelz, framed(Buffer.alloc(0)))).status).toBe(12);
  session.destroy();
});
