// A guard that was restarted knows nothing of what it made. It looks before it touches: a container that equals the spec
// field by field is a sandbox again; one that only calls itself so can be ended, and never entered or started.
import { randomBytes } from 'node:crypto';
import { containerSpec } from '@astrogate/sandbox-spec';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createEngineClient } from '../src/engine/engine-client.js';
import {
  createLine,
  type GuardUnderTest,
  requestBytes,
  startGuard,
  statusOf,
} from '../test-support/guard-under-test.js';
import { inspect, removeContainer } from './engine-containers.js';
import { engineSocket, sandboxImage } from './environment.js';

const engine = createEngineClient(engineSocket);
const attach = 'attach?stream=1&stdin=1&stdout=1&stderr=1';
const upgrade = ['Connection: Upgrade', 'Upgrade: tcp', 'Content-Length: 0'];
let guard: GuardUnderTest;
let id: string;

beforeEach(async () => {
  guard = await startGuard(engineSocket, { GUARD_SANDBOX_IMAGE: sandboxImage });
  // The first sandbox tells the guard whom it serves.
  const { name, body } = guard.spec();
  expect(await guard.status(createLine(name), JSON.stringify(body))).toBe(201);
  expect(await guard.status(`DELETE /v1.41/containers/${name}?force=true&v=true`)).toBe(204);
});
afterEach(async () => {
  if (id) await removeContainer(id);
  await guard[Symbol.asyncDispose]();
});

/** Makes a container past the guard, as an earlier guard would have, or nearly so. */
async function make(
  change: (body: object) => object = (body) => body,
  { instanceId, life = 60_000 }: { instanceId: string; life?: number } = guard,
): Promise<string> {
  const imageId = guard.service.context.facts.image.Id;
  const hex = () => randomBytes(16).toString('hex');
  const expiresAt = new Date(Date.now() + life);
  const { name, body } = containerSpec(hex(), { imageId, instanceId, expiresAt });
  const made = await engine.call('POST', `/v1.41/containers/create?name=${name}`, {
    body: Buffer.from(JSON.stringify(change(body))),
  });
  expect(made.status).toBe(201);
  ({ Id: id } = made.body as { Id: string });
  return id;
}
const tryAttach = async () =>
  statusOf(await guard.send(requestBytes(`POST /v1.41/containers/${id}/${attach}`, '', upgrade), { hangUp: true }));

test('one that equals the spec is a sandbox again', async () => {
  await make();
  const { Name } = (await inspect(id)) as unknown as { Name: string };
  for (const container of [id, Name.slice(1)]) {
    const answer = await guard.send(requestBytes(`GET /v1.41/containers/${container}/json`));
    // Of its own sandboxes the solver may know everything; it compares it with the spec.
    expect(answer).toContain('"ReadonlyRootfs":true');
  }
  expect(await tryAttach()).toBe(101);
  expect(await guard.status(`POST /v1.41/containers/${id}/start`)).toBe(204);
  expect(await guard.status(`POST /v1.41/containers/${id}/kill?signal=KILL`)).toBe(204);
  expect(await guard.status(`POST /v1.41/containers/${id}/wait?condition=not-running`)).toBe(200);
  expect(await guard.status(`DELETE /v1.41/containers/${id}?force=true&v=true`)).toBe(204);
  expect(await inspect(id)).toBeUndefined();
}, 30_000);

test.each<[string, (body: { HostConfig?: object }) => object]>([
  ['another user', (body) => ({ ...body, User: '0:0' })],
  ['one more capability', (body) => ({ ...body, HostConfig: { ...body.HostConfig, CapAdd: ['NET_RAW'] } })],
  ['another program', (body) => ({ ...body, Entrypoint: ['/bin/true'] })],
])(
  'one with %s is never started or entered, but can be ended',
  async (_what, change) => {
    await make(change);
    expect(await guard.status(`POST /v1.41/containers/${id}/start`)).toBe(403);
    expect(await tryAttach()).toBe(403);
    expect((await inspect(id))?.State.Status).toBe('created');
    const answer = await guard.send(requestBytes(`GET /v1.41/containers/${id}/json`));
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('HostConfig');
    expect(await guard.status(`DELETE /v1.41/containers/${id}?force=true&v=true`)).toBe(204);
    expect(await inspect(id)).toBeUndefined();
  },
  30_000,
);

test('by name the same is judged and removed', async () => {
  await make();
  const name = (await inspect(id)) as unknown as { Name: string };
  expect(await guard.status(`DELETE /v1.41/containers${name.Name}?force=true&v=true`)).toBe(204);
  expect(await inspect(id)).toBeUndefined();
}, 30_000);

test("another solver's is left alone, whole as it is, until it has expired; then it can be removed", async () => {
  const other = randomBytes(16).toString('hex');
  const calls = () => [
    `POST /v1.41/containers/${id}/start`,
    `POST /v1.41/containers/${id}/kill?signal=KILL`,
    `GET /v1.41/containers/${id}/json`,
  ];
  const remove = () => guard.status(`DELETE /v1.41/containers/${id}?force=true&v=true`);
  await make(undefined, { instanceId: other });
  for (const line of calls()) expect([line, await guard.status(line)]).toEqual([line, 403]);
  expect([await tryAttach(), await remove()]).toEqual([403, 403]);
  expect((await inspect(id))?.State.Status).toBe('created');
  await removeContainer(id);

  await make(undefined, { instanceId: other, life: -1000 });
  for (const line of calls()) expect([line, await guard.status(line)]).toEqual([line, 403]);
  expect([await tryAttach(), await remove()]).toEqual([403, 204]);
  expect(await inspect(id)).toBeUndefined();
}, 30_000);
