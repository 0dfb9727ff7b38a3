import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { maxChunkBytes, readTlsFiles } from '@astrogate/common';
import type { AstrogateError, ProgressMessage } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCertificates } from '../test-support/certificates.js';
import { accept, FakeSolverServer, refuse, status } from '../test-support/fake-solver-server.js';
import { failedOutcome, notSolvedOutcome, solvedOutcome, wcsHeader } from '../test-support/outcomes.js';
import { form, jpeg } from '../test-support/pictures.js';
import { runApi } from '../test-support/running-api.js';
import { type Attempt, GrpcSolverClient } from './solver-client.js';

let certificates: Awaited<ReturnType<typeof makeCertificates>>;
let solver: FakeSolverServer;
let client: GrpcSolverClient;
let dir: string;

beforeAll(async () => {
  certificates = await makeCertificates();
  dir = mkdtempSync(join(certificates.dir, 'uploads-'));
});
afterAll(() => rmSync(certificates.dir, { recursive: true }));
beforeEach(async () => {
  solver = await FakeSolverServer.start(certificates.server);
  client = new GrpcSolverClient(at(solver), readTlsFiles(certificates.client, 'client'));
});
afterEach(() => {
  client.close();
  solver.stop();
});

const uploadPath = () => join(dir, 'upload');
const at = ({ address }: FakeSolverServer) => ({ name: address, addresses: ['127.0.0.1', '::1'] });

function attemptWith(picture: Buffer): Attempt {
  writeFileSync(uploadPath(), picture);
  return {
    jobId: 'job1',
    requestId: 'request1',
    callerKey: 'caller1',
    upload: {
      content: createReadStream(uploadPath(), { highWaterMark: maxChunkBytes }),
      bytes: picture.length,
      sha256: createHash('sha256').update(picture).digest(),
      format: 'IMAGE_FORMAT_JPEG',
    },
    hints: { parity: 'PARITY_UNSPECIFIED', scaleLow: 1, scaleHigh: 2.5 },
    guesses: [{ source: 'HINT_SOURCE_HEADER', ra: 1, dec: 2, radius: 3, parity: 'PARITY_FLIPPED' }],
    limits: { maxSeconds: 5, maxStars: 10 },
  };
}

/** How far this process has read the one file it has open at `path`, in bytes. */
function bytesReadFrom(path: string): number {
  const fd = readdirSync('/proc/self/fd').find((name) => {
    const link = `/proc/self/fd/${name}`;
    return existsSync(link) && readlinkSync(link) === path;
  });
  const position = /^pos:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
  return Number(position);
}

interface Heard {
  accepted: number;
  progress: ProgressMessage[];
}

function solve(attempt: Attempt, heard: Heard = { accepted: 0, progress: [] }, signal = new AbortController().signal) {
  return client.solve(attempt, {
    signal,
    onAccepted: () => {
      heard.accepted += 1;
    },
    onProgress: (progress) => void heard.progress.push(progress),
  });
}

test('sends header, ids, deadline and every byte in chunks of at most 256 KiB, and hears what comes back', async () => {
  const picture = jpeg(1_000_000);
  const heard: Heard = { accepted: 0, progress: [] };
  let deadline: Date | number = 0;
  solver.script.onHeader = (call) => {
    deadline = call.getDeadline();
    accept(call);
  };
  const outcome = await solve(attemptWith(picture), heard);
  expect(outcome.solution).toMatchObject({ ra: 84.576, index: 'index-tycho2-10.littleendian.fits' });
  expect(Buffer.from(outcome.solution?.wcs?.header ?? []).equals(wcsHeader)).toBe(true);
  const [seen] = solver.attempts;
  expect(seen?.header).toMatchObject({
    jobId: 'job1',
    requestId: 'request1',
    callerKey: 'caller1',
    uploadBytes: 1_000_000,
    format: 'IMAGE_FORMAT_JPEG',
    hints: { scaleLow: 1, scaleHigh: 2.5 },
    guesses: [{ source: 'HINT_SOURCE_HEADER', ra: 1, dec: 2, radius: 3, parity: 'PARITY_FLIPPED' }],
    limits: { maxSeconds: 5, maxStars: 10 },
  });
  expect(seen?.header.hints).not.toHaveProperty('ra');
  expect(seen?.header.guesses[0]).not.toHaveProperty('scaleLow');
  expect(seen?.metadata.get('request-id')).toEqual(['request1']);
  expect(seen?.metadata.get('job-id')).toEqual(['job1']);
  expect(seen?.sha256).toBe(seen?.header.uploadSha256.toString('hex'));
  expect(Math.max(...(seen?.chunks ?? []))).toBeLessThanOrEqual(262_144);
  expect(heard.accepted).toBe(1);
  expect(heard.progress).toMatchObject([{ stage: 'STAGE_SEARCH', detail: 'blind', elapsedSeconds: 0.5 }]);
  expect(new Date(deadline).getTime() - Date.now()).toBeLessThan(100_000);
});

test('sends no byte before the attempt is accepted', async () => {
  const header = Promise.withResolvers<() => void>();
  solver.script.onHeader = (call) => header.resolve(() => accept(call));
  const result = solve(attemptWith(jpeg(300_000)));
  const acceptNow = await header.promise;
  // A round trip on the same connection: whatever had been sent before has arrived.
  await client.capacity();
  expect(solver.attempts[0]?.bytes).toBe(0);
  acceptNow();
  await result;
  expect(solver.attempts[0]?.bytes).toBe(300_000);
});

test('sends no faster than the solver reads', async () => {
  const paused = Promise.withResolvers<() => void>();
  solver.script.onHeader = (call) => {
    accept(call);
    call.pause();
    paused.resolve(() => call.resume());
  };
  const picture = jpeg(40_000_000);
  const attempt = attemptWith(picture);
  const result = solve(attempt);
  const resume = await paused.promise;
  for (let i = 0; i < 20; i++) await client.capacity();
  expect(solver.attempts[0]?.bytes).toBeLessThan(2_000_000);
  // What HTTP/2 windows, sockets and streams hold at most; measured: 0.3 to 9.4 MB.
  expect(bytesReadFrom(uploadPath())).toBeLessThan(20_000_000);
  resume();
  await result;
  expect(solver.attempts[0]?.bytes).toBe(40_000_000);
}, 30_000);

test('an abort cancels the call on the other side', async () => {
  const abort = new AbortController();
  solver.script.onEnd = () => abort.abort();
  const result = solve(attemptWith(jpeg()), undefined, abort.signal);
  await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  await solver.attempts[0]?.cancelled;
});

describe('a refused or broken attempt', () => {
  test.each<[string, number, string | undefined, string]>([
    ['full', status.RESOURCE_EXHAUSTED, 'busy', 'busy'],
    ['larger than the header said', status.RESOURCE_EXHAUSTED, 'upload_too_large', 'upload_too_large'],
    ['full, without a trailer', status.RESOURCE_EXHAUSTED, undefined, 'busy'],
    ['without an engine', status.UNAVAILABLE, 'sandbox_unavailable', 'sandbox_unavailable'],
    ['draining', status.UNAVAILABLE, 'draining', 'draining'],
    ['unavailable', status.UNAVAILABLE, undefined, 'solver_unavailable'],
    ['late', status.DEADLINE_EXCEEDED, undefined, 'timeout'],
    ['damaged', status.DATA_LOSS, 'upload_mismatch', 'upload_mismatch'],
    ['cancelled by nobody here', status.CANCELLED, undefined, 'solver_unavailable'],
    ['of a stranger', status.PERMISSION_DENIED, 'forbidden', 'internal'],
    ['without a certificate', status.UNAUTHENTICATED, undefined, 'internal'],
    ['with a wrong header', status.INVALID_ARGUMENT, 'invalid_request', 'internal'],
    ['with an unknown trailer', status.INTERNAL, 'what_is_this', 'internal'],
  ])('that is %s has its code, and no text of the solver', async (_name, grpcStatus, trailer, code) => {
    solver.script.onHeader = (call) => refuse(call, grpcStatus, trailer);
    const error = (await solve(attemptWith(jpeg())).catch((thrown: unknown) => thrown)) as AstrogateError;
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secret');
  });

  test('that ends without an outcome is internal', async () => {
    solver.script.onEnd = (call) => call.end();
    await expect(solve(attemptWith(jpeg()))).rejects.toMatchObject({ code: 'internal' });
  });

  test('that breaks while chunks are being sent ends with its code', async () => {
    solver.script.onHeader = (call) => {
      accept(call);
      call.once('data', () => refuse(call, status.UNAVAILABLE, 'sandbox_unavailable'));
    };
    await expect(solve(attemptWith(jpeg(5_000_000)))).rejects.toMatchObject({ code: 'sandbox_unavailable' });
  });

  test('whose solver is not there is solver_unavailable, also for questions', async () => {
    solver.stop();
    await expect(solve(attemptWith(jpeg()))).rejects.toMatchObject({ code: 'solver_unavailable' });
    await expect(client.capacity()).rejects.toMatchObject({ code: 'solver_unavailable' });
  });
});

test('an outcome is handed on as it is, a failure of the sandbox too', async () => {
  for (const outcome of [solvedOutcome, notSolvedOutcome, failedOutcome('timeout')]) {
    solver.script.onEnd = (call) => {
      call.write({ outcome: outcome as never });
      call.end();
    };
    expect((await solve(attemptWith(jpeg()))).result).toBe(outcome.result);
  }
});

test('asks for capacity and indexes', async () => {
  expect(await client.capacity()).toMatchObject({ slots: 2, accepting: true, maxUploadBytes: 52_428_800 });
  expect(await client.indexes()).toMatchObject([{ name: 'a.fits', indexId: 4110 }]);
});

test('a solver with a certificate of another authority is not talked to', async () => {
  const others = await makeCertificates();
  const impostor = await FakeSolverServer.start(others.server);
  const wary = new GrpcSolverClient(at(impostor), readTlsFiles(certificates.client, 'client'));
  await expect(wary.capacity()).rejects.toMatchObject({ code: 'solver_unavailable' });
  wary.close();
  impostor.stop();
  rmSync(others.dir, { recursive: true });
});

test('POST /solve goes the whole way over mTLS, and leaving it cancels the attempt in the solver', async () => {
  await using api = await runApi({ solverAddresses: [solver.address], tlsFiles: certificates.client });
  const picture = jpeg(700_000);
  const body = form(picture, { scale_low: '30', scale_high: '90' });
  const response = await fetch(`${api.url}/solve`, { method: 'POST', body });
  expect([response.status, await response.json()]).toMatchObject([200, { solved: true, ra: 84.576, dec: -2.755 }]);
  expect(solver.attempts[0]?.sha256).toBe(createHash('sha256').update(picture).digest('hex'));
  expect(solver.attempts[0]?.header.hints).toMatchObject({ widthLow: 0.5, widthHigh: 1.5 });

  const arrived = Promise.withResolvers<void>();
  solver.script.onEnd = () => arrived.resolve();
  const leave = new AbortController();
  const left = fetch(`${api.url}/solve`, { method: 'POST', body: form(picture), signal: leave.signal });
  await arrived.promise;
  leave.abort();
  await expect(left).rejects.toThrow();
  await solver.attempts[1]?.cancelled;
});
