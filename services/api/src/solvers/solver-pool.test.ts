import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, readTlsFiles } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { makeCertificates } from '../../test-support/certificates.js';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { accept, FakeSolverServer } from '../../test-support/fake-solver-server.js';
import { solvedOutcome } from '../../test-support/outcomes.js';
import { until } from '../../test-support/running-api.js';
import { type Attempt, GrpcSolverClient } from '../solver-client.js';
import type { Place } from './solver-address.js';
import { SolverPool } from './solver-pool.js';

const log = createLogger('api', 'silent');
let dir: string;
let pool: SolverPool;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'astrogate-pool-'));
  writeFileSync(join(dir, 'upload'), 'a picture');
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => pool?.close());

function attempt(): Attempt {
  const content = createReadStream(join(dir, 'upload'));
  const upload = { content, bytes: 9, sha256: Buffer.alloc(32), format: 'IMAGE_FORMAT_PNM' } as const;
  const limits = { maxSeconds: 5, maxStars: 10 };
  return { jobId: 'j', requestId: 'r', callerKey: '', upload, hints: {}, guesses: [], limits } as unknown as Attempt;
}

function solve(heard = { accepted: 0 }, signal = new AbortController().signal) {
  const onAccepted = () => {
    heard.accepted += 1;
  };
  return pool.solve(attempt(), { signal, onAccepted, onProgress: () => undefined });
}

describe('over fakes', () => {
  let fakes: Record<string, FakeSolverClient>;
  let records: Record<string, string[]>;

  beforeEach(() => {
    fakes = {
      '10.0.0.1': new FakeSolverClient(),
      '10.0.0.2': new FakeSolverClient(),
      '10.0.0.3': new FakeSolverClient(),
    };
    for (const fake of Object.values(fakes)) fake.script = hold;
    records = { a: ['10.0.0.1'], b: ['10.0.0.2'], many: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] };
  });

  const fake = (last: number) => fakes[`10.0.0.${last}`] as FakeSolverClient;
  const unavailable = () => new AstrogateError('solver_unavailable');

  function open(...names: string[]): void {
    pool = new SolverPool({
      names: names.map((name) => `${name}:7443`),
      connect: ({ addresses }: Place) => fakes[addresses[0] as string] as FakeSolverClient,
      resolve: async (host) => records[host] ?? Promise.reject(new Error('no such name')),
      log,
    });
  }

  test('attempts are spread by free slots', async () => {
    fake(1).slots = 4;
    open('a', 'b');
    expect(await pool.capacity()).toMatchObject({ slots: 6, accepting: true });
    const ends = Array.from({ length: 6 }, () => solve());
    await until(() => fake(1).attempts.length + fake(2).attempts.length === 6);
    expect([fake(1).inFlight, fake(2).inFlight]).toEqual([4, 2]);
    for (const held of [...fake(1).attempts, ...fake(2).attempts]) held.end.resolve(solvedOutcome);
    expect(await Promise.all(ends)).toHaveLength(6);
  });

  test('a solver that has not answered yet is waited for, not left out', async () => {
    const slow = Promise.withResolvers<void>();
    const answer = fake(2).capacity.bind(fake(2));
    fake(2).capacity = async () => {
      await slow.promise;
      return answer();
    };
    open('a', 'b');
    fake(1).script = (held) => held.end.resolve(solvedOutcome);
    // The first one serves now.
    await solve();
    const capacity = pool.capacity();
    slow.resolve();
    expect(await capacity).toMatchObject({ slots: 4 });
  });

  test('every address of one name is a solver', async () => {
    open('many');
    await pool.capacity();
    const ends = Array.from({ length: 3 }, () => solve());
    await until(() => [1, 2, 3].every((last) => fake(last).attempts.length === 1));
    for (const last of [1, 2, 3]) fake(last).attempts[0]?.end.resolve(solvedOutcome);
    await Promise.all(ends);
  });

  test('an attempt that a solver did not accept goes to the next one, and the first gets no more', async () => {
    open('a', 'b');
    await pool.capacity();
    fake(1).script = (held) => {
      fake(1).down = unavailable();
      held.end.reject(unavailable());
    };
    fake(2).script = (held) => {
      held.options.onAccepted();
      held.end.resolve(solvedOutcome);
    };
    const heard = { accepted: 0 };
    for (let n = 0; n < 5; n++) await solve(heard);
    expect(heard.accepted).toBe(5);
    expect(fake(1).attempts).toHaveLength(1);
    expect(await pool.capacity()).toMatchObject({ slots: 2, accepting: true });
  });

  test.each(['draining', 'sandbox_unavailable'] as const)('so does one that is refused with %s', async (code) => {
    open('a', 'b');
    await pool.capacity();
    for (const last of [1, 2]) fake(last).script = (held) => held.end.reject(new AstrogateError(code));
    await expect(solve()).rejects.toMatchObject({ code });
    expect([fake(1).attempts.length, fake(2).attempts.length]).toEqual([1, 1]);
  });

  test('an attempt that is lost after it was accepted ends with a retryable error, and is not repeated here', async () => {
    open('a', 'b');
    await pool.capacity();
    const lost = solve();
    const first = await Promise.race([fake(1).attempt(1), fake(2).attempt(1)]);
    first.end.reject(unavailable());
    await expect(lost).rejects.toMatchObject({ code: 'solver_unavailable', retryable: true });
    expect(fake(1).attempts.length + fake(2).attempts.length).toBe(1);
  });

  test('what is wrong with the job is not tried elsewhere', async () => {
    open('a', 'b');
    await pool.capacity();
    for (const last of [1, 2]) fake(last).script = (held) => held.end.reject(new AstrogateError('upload_mismatch'));
    await expect(solve()).rejects.toMatchObject({ code: 'upload_mismatch' });
    expect(fake(1).attempts.length + fake(2).attempts.length).toBe(1);
  });

  test('a solver that is back gets attempts again, and listeners hear of both', async () => {
    open('a');
    await pool.capacity();
    let changes = 0;
    pool.onChange(() => {
      changes += 1;
    });
    fake(1).down = unavailable();
    await expect(pool.capacity()).rejects.toMatchObject({ code: 'solver_unavailable' });
    await expect(solve()).rejects.toMatchObject({ code: 'solver_unavailable' });
    await expect(pool.indexes()).rejects.toMatchObject({ code: 'solver_unavailable' });
    expect(changes).toBe(1);
    fake(1).down = undefined;
    await until(() => changes === 2);
    fake(1).script = (held) => held.end.resolve(solvedOutcome);
    await solve();
  });

  test('a pool that drains as a whole says that it takes nothing', async () => {
    fake(1).accepting = false;
    open('a');
    expect(await pool.capacity()).toMatchObject({ accepting: false });
    await expect(solve()).rejects.toMatchObject({ code: 'sandbox_unavailable' });
    expect(fake(1).attempts).toEqual([]);
  });

  test('names that do not resolve leave the others working; without any it is solver_unavailable', async () => {
    open('nowhere', 'b');
    expect(await pool.capacity()).toMatchObject({ slots: 2 });
    pool.close();
    open('nowhere');
    await expect(pool.capacity()).rejects.toMatchObject({ code: 'solver_unavailable' });
    await expect(solve()).rejects.toMatchObject({ code: 'solver_unavailable' });
  });

  test('a name is looked up again: a solver that it no longer names may end its attempts and gets no new ones', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      records.many = ['10.0.0.1', '10.0.0.2'];
      open('many');
      await pool.capacity();
      const ends = [solve(), solve()];
      const leaving = await fake(1).attempt(1);
      records.many = ['10.0.0.2', '10.0.0.3'];
      await jest.advanceTimersByTimeAsync(10_000);
      ends.push(solve(), solve(), solve());
      await fake(2).attempt(2);
      await fake(3).attempt(2);
      expect([fake(1).closed, fake(1).attempts.length]).toEqual([false, 1]);
      leaving.end.resolve(solvedOutcome);
      await ends[0];
      expect(fake(1).closed).toBe(true);
      for (const held of [...fake(2).attempts, ...fake(3).attempts]) held.end.resolve(solvedOutcome);
      expect(await Promise.all(ends)).toHaveLength(5);
    } finally {
      jest.useRealTimers();
    }
  });

  test('indexes are those of all solvers', async () => {
    fake(1).indexList = [{ name: 'x' }, { name: 'y' }];
    fake(2).indexList = [{ name: 'y' }, { name: 'z' }];
    open('a', 'b');
    expect((await pool.indexes()).map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  });
});

describe('over mTLS', () => {
  let certificates: Awaited<ReturnType<typeof makeCertificates>>;
  let servers: FakeSolverServer[];

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => rmSync(certificates.dir, { recursive: true }));
  beforeEach(async () => {
    servers = [await FakeSolverServer.start(certificates.server), await FakeSolverServer.start(certificates.server)];
  });
  afterEach(() => {
    for (const server of servers) server.stop();
  });

  function open(names: string[], resolve?: (host: string) => Promise<string[]>): void {
    const tls = readTlsFiles(certificates.client, 'client');
    pool = new SolverPool({
      names,
      connect: (place) => new GrpcSolverClient(place, tls),
      log,
      ...(resolve && { resolve }),
    });
  }

  test('the certificate must carry the configured name, whatever address it resolves to', async () => {
    const port = servers[0]?.address.split(':')[1];
    open([`solver:${port}`], async () => ['127.0.0.1']);
    expect(await pool.capacity()).toMatchObject({ slots: 2 });
    pool.close();
    open([`elsewhere:${port}`], async () => ['127.0.0.1']);
    await expect(pool.capacity()).rejects.toMatchObject({ code: 'solver_unavailable' });
  });

  test('one that stops under an accepted attempt loses it, and the next attempts run on the other', async () => {
    open(servers.map(({ address }) => address));
    expect(await pool.capacity()).toMatchObject({ slots: 4 });
    for (const server of servers) server.script.onHeader = (call) => accept(call);
    for (const server of servers) server.script.onEnd = () => server.stop();
    await expect(solve()).rejects.toMatchObject({ code: 'solver_unavailable', retryable: true });
    for (const server of servers) delete server.script.onEnd;
    for (let n = 0; n < 3; n++) await solve();
    expect(servers.map(({ attempts }) => attempts.length).sort()).toEqual([1, 3]);
  });
});
