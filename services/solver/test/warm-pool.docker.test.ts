// Warm sandboxes on a real engine, with the real sandbox program.
import type { LogLineMessage, SandboxInfoMessage } from '@astrogate/proto';
import { type ContainerSpec, inspectDifferences } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { createDockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { sweep } from '../src/sandbox/sweeper.js';
import { openBridge } from './bridge.js';
import { dockerHost } from './environment.js';
import { ask, type SolverUnderTest, solve, startSolver, until } from './solver-under-test.js';

const rubbish = Buffer.from('hello, world');
const warmed = (solver: SolverUnderTest, count: number) =>
  until(async () => solver.service.context.pool.size === count, 20_000);

interface Finished {
  readonly msg?: string;
  readonly sandboxId: string;
  readonly atMs: { readonly admitted: number; readonly opened: number };
}

/** Runs one job to its end and tells what its log line says. */
async function finished(solver: SolverUnderTest): Promise<Finished> {
  const attempt = await solve(solver.api.solver, rubbish);
  expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('unsupported_format');
  await until(async () => solver.service.context.inFlight.size === 0, 10_000);
  const lines: Finished[] = [];
  const tail = solver.ops.ops.TailLogs({ lines: 50 });
  for await (const { json } of tail as AsyncIterable<LogLineMessage>) lines.push(JSON.parse(json));
  return lines.findLast(({ msg }) => msg === 'job finished') as Finished;
}

async function listed(solver: SolverUnderTest): Promise<SandboxInfoMessage[]> {
  const { ops } = solver.ops;
  return (await ask<object, { sandboxes: SandboxInfoMessage[] }>(ops.ListSandboxes as never, ops, {})).sandboxes;
}

test('a job gets a sandbox that was warm, sooner than a cold one opens', async () => {
  const env = { SOLVER_SLOTS: '1', SOLVER_LOG_LEVEL: 'info' };
  await using cold = await startSolver({ env, overrides: { warmSandboxes: 0 } });
  await using solver = await startSolver({ env });
  const waits = { warm: [] as number[], cold: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    await warmed(solver, 1);
    const [before] = await listed(solver);
    expect(before).toMatchObject({ jobId: '', state: 'running' });
    const warm = await finished(solver);
    expect(warm.sandboxId).toBe(before?.sandboxId);
    waits.warm.push(warm.atMs.opened - warm.atMs.admitted);
    const { atMs } = await finished(cold);
    waits.cold.push(atMs.opened - atMs.admitted);
  }
  expect(Math.max(...waits.warm)).toBeLessThan(100);
  expect(Math.min(...waits.cold)).toBeGreaterThan(Math.max(...waits.warm));
}, 90_000);

test('twenty jobs, four at a time, get twenty sandboxes, and none is left after the close', async () => {
  const solver = await startSolver({ env: { SOLVER_SLOTS: '2' } });
  await warmed(solver, 2);
  const attempts: string[] = [];
  const worker = async () => {
    for (let job = 0; job < 5; job += 1) {
      const { events } = await solve(solver.api.solver, rubbish);
      attempts.push(events.find(({ event }) => event === 'started')?.started?.sandboxId ?? '');
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  expect(new Set(attempts).size).toBe(20);
  expect(attempts).not.toContain('');
  await warmed(solver, 2);
  const { engine, instanceId } = solver.service.context;
  await until(async () => (await solver.allSandboxNames()).length === 2, 5_000);
  await solver[Symbol.asyncDispose]();
  expect(await engine.list('dev.astrogate.instance', instanceId)).toEqual([]);
}, 120_000);

test('warm ones that are killed from outside are removed and replaced; a sweep leaves them alone', async () => {
  await using solver = await startSolver({ env: { SOLVER_SLOTS: '2' } });
  await warmed(solver, 2);
  const before = await solver.allSandboxNames();
  const { context } = solver.service;
  expect(await sweep(context)).toBe(0);
  expect((await solver.allSandboxNames()).sort()).toEqual(before.sort());
  await Promise.all(before.map((name) => context.engine.signal(name.slice(1), 'KILL')));
  await until(async () => {
    const now = await solver.allSandboxNames();
    return now.length === 2 && context.pool.size === 2 && !now.some((name) => before.includes(name));
  }, 20_000);
  expect((await solve(solver.api.solver, rubbish)).error).toBeUndefined();
}, 60_000);

test('a connection to the engine that breaks costs the warm ones, not the next job', async () => {
  const bridge = await openBridge(dockerHost);
  await using solver = await startSolver({ env: { SOLVER_DOCKER_HOST: bridge.url, SOLVER_SLOTS: '2' } });
  await warmed(solver, 2);
  const before = await solver.allSandboxNames();
  await bridge.cut();
  await warmed(solver, 0);
  await bridge.mend();
  expect((await solve(solver.api.solver, rubbish)).error).toBeUndefined();
  await warmed(solver, 2);
  const direct = createDockerEngine(parseEndpoint(dockerHost));
  const { context } = solver.service;
  await sweep(context);
  const left = (await direct.list('dev.astrogate.instance', context.instanceId)).map(({ Names }) => Names[0] ?? '');
  expect(left).toHaveLength(2);
  expect(left.some((name) => before.includes(name))).toBe(false);
  await solver.service.close();
  expect(await direct.list('dev.astrogate.instance', context.instanceId)).toEqual([]);
  await bridge.cut();
}, 90_000);

test('a drain removes the warm ones at once', async () => {
  await using solver = await startSolver({ env: { SOLVER_SLOTS: '2' } });
  await warmed(solver, 2);
  await solver.service.drain(new AbortController().signal);
  expect(await solver.allSandboxNames()).toEqual([]);
}, 60_000);

test('a warm sandbox is the box of the spec and outlives its wait and its job', async () => {
  const specs: ContainerSpec[] = [];
  const specFor = (_id: string, spec: ContainerSpec) => {
    specs.push(spec);
    return spec;
  };
  await using solver = await startSolver({ env: { SOLVER_SLOTS: '1' }, overrides: { specFor, warmSandboxes: 1 } });
  await warmed(solver, 1);
  const { engine } = solver.service.context;
  const spec = specs[0] as ContainerSpec;
  expect(inspectDifferences(await engine.inspect(spec.name), spec, engine.apiVersion)).toEqual([]);
  const [{ createdAt, expiresAt } = { createdAt: '', expiresAt: '' }] = await listed(solver);
  expect((Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000).toBeGreaterThan(10 + 5 + 10);
}, 60_000);
