// Connections to the engine that break at the wrong moment, or are taken and never answered. The bridge is the fake.
import { errorCodeTrailer, type StatusMessage } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { createDockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { openBridge } from './bridge.js';
import { baseImage, dockerHost } from './environment.js';
import { obedient, silent } from './scripts.js';
import {
  ask,
  headerFor,
  openSolve,
  type SolverUnderTest,
  scripted,
  solve,
  startSolver,
  until,
} from './solver-under-test.js';

const upload = Buffer.alloc(1000);
const direct = createDockerEngine(parseEndpoint(dockerHost));
/** Of this solver, in whatever state, asked past the bridge. */
const left = async (solver: SolverUnderTest) =>
  (await direct.list('dev.astrogate.instance', solver.service.context.instanceId)).length;
const state = async ({ ops }: SolverUnderTest) =>
  (await ask<object, StatusMessage>(ops.ops.GetStatus as never, ops.ops, {})).state;

test('a removal whose connection is reset is made good within 5 s of the time limit', async () => {
  const bridge = await openBridge(dockerHost);
  await using solver = await startSolver({
    env: { SOLVER_DOCKER_HOST: bridge.url },
    overrides: { specFor: scripted(baseImage, silent) },
  });
  // The attempt's own removal, and that of the sweep after it.
  bridge.reset('DELETE', 2);
  const attempt = await solve(solver.api.solver, upload, { limits: { maxSeconds: 1 } });
  expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('timeout');
  expect(await left(solver)).toBe(1);
  // Two looks at the engine, 2 s apart; without them the next sweep would come after up to 30 s.
  expect(await until(async () => (await left(solver)) === 0, 30_000)).toBeLessThan(10_000);
  await solver.service.close();
  await bridge.cut();
}, 60_000);

test('an engine that takes calls and never answers is a typed, retryable failure that heals itself', async () => {
  const bridge = await openBridge(dockerHost);
  let script = silent;
  await using solver = await startSolver({
    env: { SOLVER_DOCKER_HOST: bridge.url },
    overrides: { specFor: (id, spec) => scripted(baseImage, script)(id, spec) },
  });
  const running = openSolve(solver.api.solver);
  running.call.write({ header: headerFor(upload, { limits: { maxSeconds: 5 } }) });
  await running.accepted;
  running.call.write({ chunk: upload });
  running.call.end();
  await until(async () => running.events.some(({ event }) => event === 'started'), 10_000);

  bridge.swallow();
  await until(async () => (await state(solver)) === 'SOLVER_STATE_ENGINE_LOST', 30_000);
  const begun = performance.now();
  const refused = await solve(solver.api.solver, upload);
  expect(refused.error?.code).toBe(14);
  expect(refused.error?.metadata.get(errorCodeTrailer)).toEqual(['sandbox_unavailable']);
  expect(performance.now() - begun).toBeLessThan(5_000);
  // Nothing breaks that connection; the time limit does not need it.
  expect((await running.settled).events.at(-1)?.outcome?.failure?.code).toBe('timeout');

  script = obedient;
  await bridge.mend();
  await until(async () => (await state(solver)) === 'SOLVER_STATE_SERVING', 30_000);
  await until(async () => (await left(solver)) === 0, 30_000);
  await until(async () => solver.service.context.admission.running === 0, 30_000);
  expect((await solve(solver.api.solver, upload)).error).toBeUndefined();
  await solver.service.close();
  await bridge.cut();
}, 120_000);

test('a sandbox that is killed from outside ends the attempt with a retryable error', async () => {
  await using solver = await startSolver({ overrides: { specFor: scripted(baseImage, silent) } });
  const running = openSolve(solver.api.solver);
  running.call.write({ header: headerFor(upload) });
  await running.accepted;
  running.call.write({ chunk: upload });
  running.call.end();
  const [name = ''] = await solver.sandboxNames();
  await direct.signal(name.slice(1), 'KILL');
  const { error } = await running.settled;
  expect(error?.metadata.get(errorCodeTrailer)).toEqual(['sandbox_unavailable']);
  await until(async () => (await left(solver)) === 0, 5_000);
}, 60_000);
