import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDockerEngine, type DockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { readInstanceId } from '../src/sandbox/instance-id.js';
import { baseImage, dockerHost } from './environment.js';
import { startSolver } from './solver-under-test.js';

const engine: DockerEngine = createDockerEngine(parseEndpoint(dockerHost));
const stateDir = mkdtempSync(join(tmpdir(), 'sweep-test-'));
const ownId = readInstanceId(stateDir);
const future = new Date(Date.now() + 600_000);
const past = new Date(Date.now() - 1_000);
const random = () => randomBytes(16).toString('hex');
let imageId: string;
const made: string[] = [];

beforeAll(async () => {
  imageId = (await engine.image(baseImage)).Id;
});
afterAll(async () => {
  await Promise.all(made.map((id) => engine.remove(id)));
  rmSync(stateDir, { recursive: true });
});

async function start(spec: ContainerSpec): Promise<string> {
  const id = await engine.create({ ...spec, body: { ...spec.body, Entrypoint: ['/bin/sleep', '600'] } });
  made.push(id);
  await engine.start(id);
  return id;
}
const sandbox = (instanceId: string, expiresAt: Date) => containerSpec(random(), { imageId, instanceId, expiresAt });
const withLabels = (spec: ContainerSpec, Labels: object) =>
  ({ ...spec, body: { ...spec.body, Labels } }) as ContainerSpec;

async function exists(id: string): Promise<boolean> {
  return await engine.inspect(id).then(
    () => true,
    () => false,
  );
}

test('a solver that starts removes its own leftovers and what has expired, and nothing else', async () => {
  const own = await start(sandbox(ownId, future));
  const foreignExpired = await start(sandbox(random(), past));
  const foreign = await start(sandbox(random(), future));
  const unlabelled = await start(withLabels({ ...sandbox(ownId, past), name: `bystander-${random()}` }, {}));
  const otherOwner = await start(
    withLabels(sandbox(ownId, past), { ...sandbox(ownId, past).body.Labels, 'dev.astrogate.owner': 'someone-else' }),
  );
  const otherName = await start({ ...sandbox(ownId, past), name: `bystander-${random()}` });
  const halfLabelled = await start(withLabels(sandbox(ownId, past), { 'dev.astrogate.owner': 'astrogate-solver' }));

  await using solver = await startSolver({ stateDir });
  expect(solver.service.context.instanceId).toBe(ownId);
  const found = await Promise.all(
    [own, foreignExpired, foreign, unlabelled, otherOwner, otherName, halfLabelled].map(exists),
  );
  expect(found).toEqual([false, false, true, true, true, true, true]);
}, 30_000);

test('a second solver with the same state directory does not start and touches no sandbox', async () => {
  await using first = await startSolver({ stateDir });
  const live = await start(sandbox(ownId, future));
  await expect(startSolver({ stateDir })).rejects.toThrow('SOLVER_STATE_DIR is held by another solver');
  expect(await exists(live)).toBe(true);
  await first.service.close();
  await using _next = await startSolver({ stateDir });
  expect(await exists(live)).toBe(false);
}, 30_000);
