// The engine goes away and comes back, seen through a bridge that is cut and mended.

import { errorCodeTrailer, type StatusMessage } from '@astrogate/proto';
import { ownerLabel } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { createDockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { openBridge } from './bridge.js';
import { baseImage, dockerHost } from './environment.js';
import { obedient, silent } from './scripts.js';
import { ask, headerFor, openSolve, scripted, solve, startSolver, until } from './solver-under-test.js';

const upload = Buffer.alloc(1000);

test('a lost engine is a typed, retryable failure that heals itself and leaves no sandbox', async () => {
  const bridge = await openBridge(dockerHost);
  let script = silent;
  await using solver = await startSolver({
    env: { SOLVER_DOCKER_HOST: bridge.url },
    overrides: { specFor: (id, spec) => scripted(baseImage, script)(id, spec) },
  });
  const seen: string[] = [];
  const watch = solver.api.health.Watch({ service: '' });
  watch.on('data', ({ status }: { status: string }) => seen.push(status));
  watch.on('error', () => {});
  const state = async () =>
    (await ask<object, StatusMessage>(solver.ops.ops.GetStatus as never, solver.ops.ops, {})).state;

  const running = openSolve(solver.api.solver);
  running.call.write({ header: headerFor(upload) });
  await running.accepted;
  running.call.write({ chunk: upload });
  await bridge.cut();
  const { error } = await running.settled;
  expect(error?.metadata.get(errorCodeTrailer)).toEqual(['sandbox_unavailable']);
  expect((await solve(solver.api.solver, upload)).error?.code).toBe(14);
  await until(async () => (await state()) === 'SOLVER_STATE_ENGINE_LOST', 10_000);
  expect((await solve(solver.api.solver, upload)).error?.code).toBe(14);

  script = obedient;
  await bridge.mend();
  await until(async () => (await state()) === 'SOLVER_STATE_SERVING', 10_000);
  expect(seen).toEqual(['SERVING', 'NOT_SERVING', 'SERVING']);
  const direct = createDockerEngine(parseEndpoint(dockerHost));
  const left = await direct.list('dev.astrogate.instance', solver.service.context.instanceId);
  expect(left.filter(({ Labels }) => Labels[ownerLabel] !== undefined)).toEqual([]);
  expect((await solve(solver.api.solver, upload)).error).toBeUndefined();
  watch.cancel();
  await solver.service.close();
  await bridge.cut();
}, 60_000);
