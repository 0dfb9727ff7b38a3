// SOLVER_DOCKER=off: the solver starts and says what it cannot do. No engine is asked, whatever DOCKER_HOST says.
import { errorCodeTrailer, retryDelayTrailer, type TargetRequestMessage } from '@astrogate/proto';
import { type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, headerFor, openSolve, type SolverUnderTest, startSolver } from './solver-under-test.js';

let solver: SolverUnderTest;
beforeAll(async () => {
  const SOLVER_TARGETS = 'vault=com.example.role:vault';
  solver = await startSolver({ env: { SOLVER_DOCKER: 'off', SOLVER_TARGETS } });
});
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

const acts = ['RestartTarget', 'StopTarget', 'StartTarget', 'ReloadTarget'] as const;

function act(method: (typeof acts)[number], client = solver.api.admin): Promise<unknown> {
  const request: TargetRequestMessage = { alias: 'vault', actor: 'test', requestId: 'r1' };
  return ask(client[method] as never, client, request);
}

async function refusalOf(asked: Promise<unknown>) {
  const { code, metadata, details } = (await asked.catch((error) => error)) as ServiceError;
  const trailer = (key: string) => metadata.get(key)[0]?.toString();
  return { code, details, errorCode: trailer(errorCodeTrailer), retryMs: trailer(retryDelayTrailer) };
}

test('it has no engine and says which targets it would have', async () => {
  const client = solver.api.admin;
  expect(await ask(client.GetCapabilities as never, client, {})).toEqual({ engine: false, targets: ['vault'] });
  expect(await refusalOf(ask(client.ListTargets as never, client, {}))).toMatchObject({
    code: status.UNAVAILABLE,
    errorCode: 'engine_unavailable',
  });
});

test.each(acts)('%s is not available, and says why', async (method) => {
  expect(await refusalOf(act(method))).toEqual({
    code: status.UNAVAILABLE,
    details: 'No solver has a Docker Engine that answers',
    errorCode: 'engine_unavailable',
  });
});

test('nothing is solved, and no capacity is claimed', async () => {
  const { call, settled } = openSolve(solver.api.solver);
  call.write({ header: headerFor(Buffer.from('x')) });
  const { error } = await settled;
  expect(error?.code).toBe(status.UNAVAILABLE);
  expect(error?.metadata.get(errorCodeTrailer)).toEqual(['sandbox_unavailable']);
  const client = solver.api.solver;
  expect(await ask(client.GetCapacity as never, client, {})).toMatchObject({ accepting: false });
});

test('AdminService serves, so that it can be asked; the rest does not', async () => {
  const client = solver.api.health;
  const check = async (service: string) =>
    (await ask<object, { status: string }>(client.Check as never, client, { service })).status;
  expect(await check('astrogate.admin.v1.AdminService')).toBe('SERVING');
  expect(await check('')).toBe('NOT_SERVING');
  expect(await check('astrogate.solver.v1.SolverService')).toBe('NOT_SERVING');
});

test('operators can look at it', async () => {
  const client = solver.ops.ops;
  const seen = await ask(client.GetStatus as never, client, {});
  expect(seen).toMatchObject({ state: 'SOLVER_STATE_ENGINE_LOST', engine: { version: 'none' }, warm: 0 });
});

test('too many acts of one identity are refused with the time to wait; another identity is not concerned', async () => {
  const refusals = await Promise.all(Array.from({ length: 30 }, () => refusalOf(act('RestartTarget'))));
  const limited = refusals.filter(({ errorCode }) => errorCode === 'rate_limited');
  expect(limited.length).toBeGreaterThanOrEqual(6);
  for (const { code, retryMs } of limited) {
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
    expect(Number(retryMs)).toBeGreaterThan(0);
  }
  expect(await refusalOf(act('RestartTarget', solver.ops.admin))).toMatchObject({ errorCode: 'engine_unavailable' });
});
