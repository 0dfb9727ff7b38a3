// A taken-over api may restart, stop, start and reload the configured targets: that is its work. It may do so with
// nothing else, whatever it writes into the alias.
import { randomBytes } from 'node:crypto';
import { errorCodeTrailer, type TargetMessage } from '@astrogate/proto';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import type { ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createDockerEngine } from '../../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../../src/sandbox/endpoint.js';
import { baseImage, dockerHost } from '../environment.js';
import { ask } from '../solver-under-test.js';
import { type AttackedSolver, startAttackedSolver } from './attacked-solver.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const engine = createDockerEngine(parseEndpoint(dockerHost));
const role = randomBytes(8).toString('hex');
let solver: AttackedSolver;
/** Runs on the same engine and is nobody's target. */
let victim: { id: string; name: string };

beforeAll(async () => {
  const { body } = containerSpec(role + role, {
    imageId: (await engine.image(baseImage)).Id,
    instanceId: role + role,
    expiresAt: new Date(),
  });
  const name = `victim-${role}`;
  const labels = { 'dev.example.role': `${role}-victim` };
  const spec = { name, body: { ...body, Labels: labels, Entrypoint: ['/bin/sh', '-c', 'sleep 1000'] } };
  victim = { name, id: await engine.create(spec as unknown as ContainerSpec) };
  await engine.start(victim.id);
  solver = await startAttackedSolver({ SOLVER_TARGETS: `vault=dev.example.role:${role}-vault` });
});
afterAll(async () => {
  await engine.remove(victim.id);
  await solver[Symbol.asyncDispose]();
});

const methods = ['RestartTarget', 'StopTarget', 'StartTarget', 'ReloadTarget'] as const;

/** What the solver says to each of the four acts. */
async function actOn(alias: string): Promise<string[]> {
  const client = solver.api.admin;
  const request = { alias, actor: 'attack', requestId: 'attack', graceSeconds: 0 };
  return await Promise.all(
    methods.map((method) =>
      ask<typeof request, { target: TargetMessage }>(client[method] as never, client, request).then(
        () => 'done',
        (error: ServiceError) => String(error.metadata.get(errorCodeTrailer)[0]),
      ),
    ),
  );
}
const stateOf = async () => {
  const { Status, StartedAt } = (await engine.inspect(victim.id)).State;
  return [Status, StartedAt];
};

describe.each<[string, () => string, string]>([
  ['the id of a container', () => victim.id, 'invalid_request'],
  ['the short id of a container', () => victim.id.slice(0, 12), 'not_found'],
  ['the name of a container', () => victim.name.slice(0, 32), 'not_found'],
  ['a label', () => `dev.example.role=${role}-victim`, 'invalid_request'],
  ['the value of a label', () => `${role}-victim`, 'not_found'],
  ['a second alias behind the first', () => 'vault,victim', 'invalid_request'],
  ['the alias in other case', () => 'VAULT', 'invalid_request'],
  ['the alias and a line break', () => 'vault\n', 'invalid_request'],
  ['the alias and a zero byte', () => 'vault\0', 'invalid_request'],
  ['an alias that looks the same', () => 'vаult', 'invalid_request'],
  ['a wildcard', () => '*', 'invalid_request'],
  ['a path', () => '../vault', 'invalid_request'],
  ['a path, encoded', () => '..%2f..%2fcreate', 'invalid_request'],
  ['a filter in JSON', () => '{"label":["dev.example.role"]}', 'invalid_request'],
  ['a name of every object', () => '__proto__', 'invalid_request'],
  ['a member of every object', () => 'constructor', 'not_found'],
  ['nothing', () => '', 'invalid_request'],
  ['the owner of the sandboxes', () => 'astrogate-solver', 'not_found'],
  ['an alias without a container', () => 'vault', 'not_found'],
])('the alias is %s', (_what, alias, code) => {
  test(`all four acts are ${code}, and nothing on the engine is touched`, async () => {
    const before = await stateOf();
    expect(await actOn(alias())).toEqual(methods.map(() => code));
    expect(await stateOf()).toEqual(before);
  });
});

test('eighty acts at once are each refused, and the list names the configured alias alone', async () => {
  const before = await stateOf();
  const said = (await Promise.all(Array.from({ length: 20 }, () => actOn('victim')))).flat();
  expect(new Set(said)).toEqual(new Set(['not_found']));
  const client = solver.api.admin;
  const { targets } = await ask<object, { targets: TargetMessage[] }>(client.ListTargets as never, client, {});
  expect(targets.map(({ alias, state }) => [alias, state])).toEqual([['vault', 'TARGET_STATE_ABSENT']]);
  expect(await stateOf()).toEqual(before);
  expect(await solver.harm()).toEqual([]);
});
