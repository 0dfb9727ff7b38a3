// The real sandbox program over the real channel.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityMessage, LogLineMessage, SandboxInfoMessage, StatusMessage } from '@astrogate/proto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, headerFor, openSolve, type SolverUnderTest, solve, startSolver, until } from './solver-under-test.js';

const samples = join(import.meta.dirname, '../../../../shared/samples');
let solver: SolverUnderTest;
beforeAll(async () => {
  solver = await startSolver({ env: { SOLVER_LOG_LEVEL: 'info' } });
});
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

/** An 8-bit grey picture without a star. */
const blank = Buffer.concat([Buffer.from('P5\n200 200\n255\n'), Buffer.alloc(40_000, 10)]);

test('a picture without stars is not solved, which is an outcome and no error', async () => {
  const { events, error } = await solve(solver.api.solver, blank, { format: 'IMAGE_FORMAT_PNM' });
  expect(error).toBeUndefined();
  const outcome = events.at(-1)?.outcome;
  expect(outcome?.result).toBe('notSolved');
  expect(outcome?.picture).toMatchObject({ format: 'IMAGE_FORMAT_PNM', width: 200, height: 200 });
}, 60_000);

test('what is no picture is a failure with its own code', async () => {
  const { events } = await solve(solver.api.solver, Buffer.from('hello, world'));
  expect(events.at(-1)?.outcome?.failure?.code).toBe('unsupported_format');
}, 60_000);

const skies = [
  ['apod2.jpg', 84.576, -2.755],
  ['apod3.jpg', 130.276, -43.873],
  ['apod4.jpg', 187.178, 56.712],
] as const;
(existsSync(samples) ? test.each(skies) : test.skip.each(skies))(
  'the sample %s is at %f, %f',
  async (name, ra, dec) => {
    const { events } = await solve(solver.api.solver, readFileSync(join(samples, name)));
    const solution = events.at(-1)?.outcome?.solution;
    expect(Math.abs((solution?.ra ?? 0) - ra)).toBeLessThan(0.02);
    expect(Math.abs((solution?.dec ?? 0) - dec)).toBeLessThan(0.02);
    expect(solution?.wcs?.header.toString('latin1')).toMatch(/^SIMPLE {2}=.*CTYPE1 {2}= 'RA---TAN/s);
    expect((solution?.wcs?.header.length ?? 1) % 2880).toBe(0);
  },
  60_000,
);

test('operators see capacity, status, sandboxes and log lines', async () => {
  const { solver: client } = solver.api;
  const { ops } = solver.ops;
  // The slot of an attempt is held until its sandbox is removed, a moment after its answer.
  await until(async () => solver.service.context.admission.running === 0, 5_000);
  const { call, accepted, settled } = openSolve(client);
  const header = headerFor(blank, { format: 'IMAGE_FORMAT_PNM' });
  call.write({ header });
  await accepted;
  expect(await ask<object, CapacityMessage>(client.GetCapacity as never, client, {})).toMatchObject({
    running: 1,
    waiting: 0,
    accepting: true,
    maxUploadBytes: 52_428_800,
  });
  expect(await ask<object, StatusMessage>(ops.GetStatus as never, ops, {})).toMatchObject({
    state: 'SOLVER_STATE_SERVING',
    running: 1,
    sandboxImage: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    engine: { apiVersion: '1.41', version: expect.stringMatching(/./), runtime: 'runc' },
  });
  const { sandboxes } = await ask<object, { sandboxes: SandboxInfoMessage[] }>(ops.ListSandboxes as never, ops, {});
  const leased = sandboxes.filter(({ jobId }) => jobId !== '');
  expect(leased).toEqual([expect.objectContaining({ jobId: header.jobId, state: 'running' })]);
  call.write({ chunk: blank });
  call.end();
  const { events } = await settled;
  const sandboxId = events.find(({ event }) => event === 'started')?.started?.sandboxId;
  expect(leased[0]?.sandboxId).toBe(sandboxId);
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);

  const { ended, eventLoopDelay, memoryBytes } = await ask<object, StatusMessage>(ops.GetStatus as never, ops, {});
  expect(ended?.notSolved).toBeGreaterThanOrEqual(1);
  expect(eventLoopDelay?.p99Seconds).toBeGreaterThanOrEqual(0);
  expect(memoryBytes).toBeGreaterThan(1e6);

  const lines: Record<string, unknown>[] = [];
  const tail = ops.TailLogs({ lines: 50 });
  for await (const { json } of tail as AsyncIterable<LogLineMessage>) lines.push(JSON.parse(json));
  const finished = lines.filter(({ msg, jobId }) => msg === 'job finished' && jobId === header.jobId);
  expect(finished).toEqual([
    expect.objectContaining({
      requestId: 'test',
      peer: 'spiffe://astrogate/api',
      outcome: 'not_solved',
      sandboxId,
      bytesIn: blank.length,
      bytesOut: expect.any(Number),
      atMs: expect.objectContaining({ admitted: expect.any(Number), ended: expect.any(Number) }),
    }),
  ]);
}, 60_000);
