import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTlsFiles } from '@astrogate/common';
import { adminService, errorCodeTrailer, opsService, requestIdKey } from '@astrogate/proto';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureCertificates } from '../../../../deploy/local/src/certificates/channel-certificates.js';
import { runProgram } from '../program.js';
import { recordOutput } from '../test-support/recorded-output.js';

interface Seen {
  method: string;
  requestId: unknown;
  deadlineSeconds: number;
  request: Record<string, unknown>;
}

const target = { alias: 'vault', state: 'TARGET_STATE_RUNNING', startedAt: '2026-01-01T00:00:00Z', exitCode: 0 };
/** What the fake solver answers; a function may fail, undefined never answers. */
const answers: Record<string, unknown> = {
  GetStatus: {
    state: 'SOLVER_STATE_ENGINE_LOST',
    version: '0.1.0',
    uptimeSeconds: 12.6,
    instanceId: 'abc',
    engine: null,
    sandboxImage: 'sha256:0',
    slots: 2,
    running: 1,
    waiting: 0,
    warm: 1,
    ended: { solved: 7, notSolved: 2, failed: 1 },
    eventLoopDelay: { medianSeconds: 0.001, p99Seconds: 0.0123, maxSeconds: 0.2 },
    memoryBytes: 81_000_000,
    cpuSeconds: 3.5,
  },
  Drain: undefined,
  ListSandboxes: { sandboxes: [{ sandboxId: 'ab', state: 'running', createdAt: 'c', expiresAt: 'e', jobId: 'job1' }] },
  ListTargets: { targets: [target] },
  RestartTarget: { target, seconds: 1.25 },
};

let directory: string;
let certificates: Awaited<ReturnType<typeof ensureCertificates>>;
let server: Server;
let address: string;
const seen: Seen[] = [];
/** Resolves when somebody follows the log. */
const follower = Promise.withResolvers<void>();

function note(method: string, call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>): void {
  const deadlineSeconds = (Number(call.getDeadline()) - Date.now()) / 1000;
  const [requestId] = call.metadata.get(requestIdKey);
  seen.push({ method, requestId, deadlineSeconds, request: call.request as Record<string, unknown> });
}

const fakeUnary = (method: string) => (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
  note(method, call);
  if ((call.request as { alias?: string }).alias === 'unknown') {
    const metadata = new Metadata();
    metadata.set(errorCodeTrailer, 'not_found');
    done({ code: status.NOT_FOUND, details: 'There is no such target', metadata });
  } else if (answers[method] !== undefined) done(null, answers[method]);
};

function fakeTailLogs(call: ServerWritableStream<{ follow: boolean }, unknown>): void {
  note('TailLogs', call);
  call.write({ json: '{"msg":"one"}' });
  if (call.request.follow) follower.resolve();
  else call.end();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-ops-'));
  certificates = await ensureCertificates(directory);
  const { key, cert, ca } = readTlsFiles(certificates.solver, 'server');
  server = new Server();
  server.addService(opsService, {
    ...Object.fromEntries(['GetStatus', 'Drain', 'ListSandboxes'].map((method) => [method, fakeUnary(method)])),
    TailLogs: fakeTailLogs,
  });
  server.addService(
    adminService,
    Object.fromEntries(['ListTargets', 'RestartTarget'].map((method) => [method, fakeUnary(method)])),
  );
  const credentials = ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], true);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('localhost:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  address = `localhost:${port}`;
});

afterAll(() => {
  server.forceShutdown();
  rmSync(directory, { recursive: true });
});

async function ops(args: string[], interrupted = new AbortController().signal) {
  const { ca, cert, key } = certificates.ops;
  const recorded = recordOutput();
  const channel = ['--address', address, '--ca', ca, '--cert', cert, '--key', key];
  const code = await runProgram(
    ['ops', ...args.slice(0, 1), ...channel, ...args.slice(1)],
    recorded.output,
    interrupted,
  );
  return { code, out: recorded.out(), err: recorded.err() };
}

describe('astrogate ops', () => {
  test('status shows state and load, with a deadline and a request id on the call', async () => {
    const { code, out } = await ops(['status']);
    expect(code).toBe(0);
    expect(out).toContain('State          engine lost\n');
    expect(out).toContain('Attempts       1 running, 0 waiting, 2 slots\n');
    expect(out).toContain('Ended          7 solved, 2 not solved, 1 failed\n');
    expect(out).toContain('Event loop     p99 12 ms, longest 200 ms late\n');
    const call = seen.at(-1) as Seen;
    expect(call.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(call.deadlineSeconds).toBeGreaterThan(0);
    expect(call.deadlineSeconds).toBeLessThan(60);
  });

  test('--json is in snake_case', async () => {
    const { out } = await ops(['sandboxes', '--json']);
    expect(JSON.parse(out)).toEqual({
      sandboxes: [{ sandbox_id: 'ab', state: 'running', created_at: 'c', expires_at: 'e', job_id: 'job1' }],
    });
  });

  test('restart sends alias, actor and grace', async () => {
    const { code, out } = await ops(['restart', 'vault', '--grace', '3']);
    expect([code, out]).toEqual([0, 'vault is running (1.3 s)\n']);
    const { request, requestId } = seen.at(-1) as Seen;
    expect(request).toMatchObject({ alias: 'vault', graceSeconds: 3, requestId });
    expect(request.actor).toMatch(/^cli:[A-Za-z0-9_@.-]+$/);
  });

  test('an error shows the code of the trailer', async () => {
    const { code, err } = await ops(['restart', 'unknown']);
    expect(code).toBe(3);
    expect(err).toContain('There is no such target\n  code        not_found');
  });

  test('drain that is not over in time says what still runs', async () => {
    const { code, out } = await ops(['drain', '--max-seconds', '1', '--json']);
    expect([code, out]).toEqual([1, '{"running":1}\n']);
  });

  test('logs prints lines, and Ctrl-C ends following', async () => {
    expect((await ops(['logs', '--lines', '5'])).out).toBe('{"msg":"one"}\n');
    const interrupt = new AbortController();
    const followed = ops(['logs', '--follow'], interrupt.signal);
    await follower.promise;
    interrupt.abort();
    expect((await followed).code).toBe(130);
  });

  test('a solver that is not there, or whose certificate is of another authority, cannot be reached', async () => {
    const nobody = await ops(['status', '--address', 'localhost:1']);
    expect(nobody.code).toBe(4);
    const other = await ensureCertificates(join(directory, 'other'));
    const { code, err } = await ops(['status', '--ca', other.ops.ca, '--cert', other.ops.cert, '--key', other.ops.key]);
    expect(code).toBe(4);
    expect(err).toContain('cannot be reached');
  });

  test('a server certificate or a wrong key is refused before anything is sent', async () => {
    const count = seen.length;
    const server = await ops(['status', '--cert', certificates.solver.cert, '--key', certificates.solver.key]);
    expect([server.code, server.err]).toEqual([2, expect.stringContaining('is not for a TLS client')]);
    const key = await ops(['status', '--key', certificates.api.key]);
    expect([key.code, key.err]).toEqual([2, expect.stringContaining('does not belong to')]);
    expect(seen).toHaveLength(count);
  });
});
