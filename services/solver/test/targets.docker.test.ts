import { randomBytes } from 'node:crypto';
import { errorCodeTrailer, type TargetMessage, type TargetRequestMessage } from '@astrogate/proto';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { baseImage, dockerHost } from './environment.js';
import { ask, type SolverUnderTest, startSolver } from './solver-under-test.js';

const engine = createDockerEngine(parseEndpoint(dockerHost));
const value = randomBytes(8).toString('hex');
const made: string[] = [];
let solver: SolverUnderTest;
let dummy: string;

/** A container that ends on SIGTERM, ends with code 5 on SIGUSR1, and counts SIGHUPs in its log. */
const program = "trap 'exit 0' TERM; trap ':' HUP; while true; do sleep 0.1; done";

async function startDummy(label: string): Promise<string> {
  const { body } = containerSpec(value + value, {
    imageId: (await engine.image(baseImage)).Id,
    instanceId: value + value,
    expiresAt: new Date(),
  });
  const spec = {
    name: `dummy-${randomBytes(8).toString('hex')}`,
    body: { ...body, Labels: { 'dev.example.role': label }, Entrypoint: ['/bin/sh', '-c', program] },
  };
  const id = await engine.create(spec as unknown as ContainerSpec);
  made.push(id);
  await engine.start(id);
  return id;
}

beforeAll(async () => {
  dummy = await startDummy(value);
  await startDummy(`${value}-twice`);
  await startDummy(`${value}-twice`);
  const targets = [`dummy=${value}`, `twice=${value}-twice`, `absent=${value}-absent`];
  const SOLVER_TARGETS = targets.map((target) => target.replace('=', '=dev.example.role:')).join(',');
  solver = await startSolver({ env: { SOLVER_TARGETS } });
}, 30_000);
afterAll(async () => {
  await Promise.all(made.map((id) => engine.remove(id)));
  await solver[Symbol.asyncDispose]();
});

type Method = 'RestartTarget' | 'StopTarget' | 'StartTarget' | 'ReloadTarget';
async function act(method: Method, fields: Partial<TargetRequestMessage> = {}): Promise<TargetMessage | null> {
  const client = solver.api.admin;
  const request = { alias: 'dummy', actor: 'test', requestId: 'r1', graceSeconds: 5, ...fields };
  const { target } = await ask<typeof request, { target: TargetMessage | null }>(
    client[method] as never,
    client,
    request,
  );
  return target;
}
const startedAt = async () => (await engine.inspect(dummy)).State.StartedAt;

test('a target is restarted, stopped, started and reloaded', async () => {
  const before = await startedAt();
  expect(await act('RestartTarget')).toMatchObject({ alias: 'dummy', state: 'TARGET_STATE_RUNNING' });
  const after = await startedAt();
  expect(new Date(after).getTime()).toBeGreaterThan(new Date(before).getTime());

  expect(await act('StopTarget')).toMatchObject({ state: 'TARGET_STATE_EXITED', exitCode: 0 });
  await expect(act('ReloadTarget')).rejects.toMatchObject({ code: 9 });
  expect(await act('StopTarget')).toMatchObject({ state: 'TARGET_STATE_EXITED' });
  expect(await act('StartTarget')).toMatchObject({ state: 'TARGET_STATE_RUNNING' });
  expect(await act('StartTarget')).toMatchObject({ state: 'TARGET_STATE_RUNNING' });

  const running = await startedAt();
  expect(await act('ReloadTarget')).toMatchObject({ state: 'TARGET_STATE_RUNNING' });
  expect(await startedAt()).toBe(running);
}, 30_000);

test.each<[string, Partial<TargetRequestMessage>, string]>([
  ['an alias that is not configured', { alias: 'other' }, 'not_found'],
  ['a container id', { alias: '0'.repeat(64) }, 'invalid_request'],
  ['an alias without a container', { alias: 'absent' }, 'not_found'],
  ['an alias that two containers carry', { alias: 'twice' }, 'ambiguous_target'],
  ['a wrong actor', { actor: 'a b' }, 'invalid_request'],
  ['no actor', { actor: '' }, 'invalid_request'],
  ['a wrong request id', { requestId: 'x\ny' }, 'invalid_request'],
  ['too long a grace', { graceSeconds: 121 }, 'invalid_request'],
])('refuses %s and touches nothing', async (_what, fields, code) => {
  const before = await startedAt();
  const error = await act('RestartTarget', fields).catch((refusal) => refusal);
  expect(error.metadata.get(errorCodeTrailer)).toEqual([code]);
  expect(await startedAt()).toBe(before);
});

test('lists every alias with its state', async () => {
  const client = solver.api.admin;
  const { targets } = await ask<object, { targets: TargetMessage[] }>(client.ListTargets as never, client, {});
  expect(targets.map(({ alias, state }) => [alias, state])).toEqual([
    ['dummy', 'TARGET_STATE_RUNNING'],
    ['twice', 'TARGET_STATE_AMBIGUOUS'],
    ['absent', 'TARGET_STATE_ABSENT'],
  ]);
  expect(await ask(client.GetCapabilities as never, client, {})).toEqual({
    engine: true,
    targets: ['dummy', 'twice', 'absent'],
  });
});
