// A solver that was taken over reaches for containers that are not sandboxes of this guard: other services, the database,
// the guard itself. It can neither read, nor stop, nor enter them, nor learn what they are.
import { randomBytes } from 'node:crypto';
import { containerSpec, encodeLabels } from '@astrogate/sandbox-spec';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createEngineClient } from '../../src/engine/engine-client.js';
import { type GuardUnderTest, requestBytes, startGuard, statusOf } from '../../test-support/guard-under-test.js';
import { type Container, inspect, removeContainer, startContainer } from '../engine-containers.js';
import { engineSocket, sandboxImage } from '../environment.js';

const hex = () => randomBytes(16).toString('hex');
const role = `guard-test-${hex()}`;
const sandboxLabels = () => encodeLabels({ instanceId: hex(), expiresAt: new Date(Date.now() + 600_000) });
const attach = 'attach?stream=1&stdin=1&stdout=1&stderr=1';
const upgrade = ['Connection: Upgrade', 'Upgrade: tcp', 'Content-Length: 0'];

let guard: GuardUnderTest;
const victims: Record<string, Container> = {};
const victim = (name: string) => victims[name] as Container;

beforeAll(async () => {
  guard = await startGuard(engineSocket, {
    GUARD_SANDBOX_IMAGE: sandboxImage,
    GUARD_TARGETS: `mine=dev.example.role:${role}`,
  });
  victims['another service'] = await startContainer({ 'dev.example.role': `${role}-other` });
  victims['one with the name of a sandbox'] = await startContainer({}, `astrogate-sandbox-${hex()}`);
  victims['one with the labels of a sandbox'] = await startContainer(sandboxLabels());
  victims['one that is half a sandbox, half a target'] = await startContainer({
    ...sandboxLabels(),
    'dev.example.role': role,
  });
  victims["another solver's sandbox"] = await createSandbox();
  victims.target = await startContainer({ 'dev.example.role': role });
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(victims).map(({ id }) => removeContainer(id)));
  await guard?.[Symbol.asyncDispose]();
}, 30_000);

/** What a second solver on the same engine would make: equal to the spec field by field. */
async function createSandbox(): Promise<Container> {
  const imageId = guard.service.context.facts.image.Id;
  const expiresAt = new Date(Date.now() + 600_000);
  const { name, body } = containerSpec(hex(), { imageId, instanceId: hex(), expiresAt });
  const made = await createEngineClient(engineSocket).call('POST', `/v1.41/containers/create?name=${name}`, {
    body: Buffer.from(JSON.stringify(body)),
  });
  return { id: (made.body as { Id: string }).Id, name };
}

const lives = async ({ id }: Container) => {
  const found = await inspect(id);
  return [found?.State.Status, found?.State.StartedAt, found?.State.Pid, found?.RestartCount];
};
let before: unknown[];
const hit = async (container: Container, line: string) => {
  before = await lives(container);
  const bytes = requestBytes(line, '', line.includes('attach') ? upgrade : []);
  return await guard.send(bytes);
};

const forbidden = [
  'another service',
  'one with the name of a sandbox',
  'one with the labels of a sandbox',
  'one that is half a sandbox, half a target',
  "another solver's sandbox",
];

describe.each(forbidden)('%s', (name) => {
  test.each([
    `POST /v1.41/containers/ID/${attach}`,
    'POST /v1.41/containers/ID/kill?signal=KILL',
    'POST /v1.41/containers/ID/kill?signal=HUP',
    'POST /v1.41/containers/ID/start',
    'POST /v1.41/containers/ID/stop?t=0',
    'POST /v1.41/containers/ID/restart?t=0',
    'POST /v1.41/containers/ID/wait?condition=not-running',
    'GET /v1.41/containers/ID/json',
    'DELETE /v1.41/containers/ID?force=true&v=true',
    'DELETE /v1.41/containers/NAME?force=true&v=true',
    'GET /v1.41/containers/ID/logs?stdout=1',
    'GET /v1.41/containers/ID/archive?path=/etc/passwd',
    'PUT /v1.41/containers/ID/archive?path=/',
    'GET /v1.41/containers/ID/export',
    'POST /v1.41/containers/ID/exec',
    'POST /v1.41/containers/ID/update',
    'POST /v1.41/containers/ID/rename?name=x',
    'POST /v1.41/containers/ID/pause',
    'POST /v1.41/commit?container=ID',
  ])('%s', async (line) => {
    const container = victim(name);
    const answer = await hit(container, line.replace('ID', container.id).replace('NAME', container.name));
    expect(statusOf(answer)).toBe(403);
    expect(answer).not.toMatch(/SECRET|dev\.example|running|HostConfig/);
    expect(await lives(container)).toEqual(before);
  });
});

describe('a target', () => {
  test.each([
    `POST /v1.41/containers/ID/${attach}`,
    'POST /v1.41/containers/ID/kill?signal=KILL',
    'POST /v1.41/containers/ID/wait?condition=not-running',
    'DELETE /v1.41/containers/ID?force=true&v=true',
    'POST /v1.41/containers/ID/exec',
    'GET /v1.41/containers/ID/logs?stdout=1',
    'POST /v1.41/containers/ID/update',
  ])('has its own rule, and this is not in it: %s', async (line) => {
    expect(statusOf(await hit(victim('target'), line.replace('ID', victim('target').id)))).toBe(403);
    expect(await lives(victim('target'))).toEqual(before);
  });

  test('is reloaded, restarted, stopped and started, and its environment stays unknown', async () => {
    const { id } = victim('target');
    const at = (rest: string) => `POST /v1.41/containers/${id}/${rest}`;
    expect(await guard.status(at('kill?signal=HUP'))).toBe(204);
    expect(await guard.status(at('restart?t=10'))).toBe(204);
    expect(await guard.status(at('stop?t=10'))).toBe(204);
    expect((await inspect(id))?.State.Status).toBe('exited');
    expect(await guard.status(at('start'))).toBe(204);
    const answer = await guard.send(requestBytes(`GET /v1.41/containers/${id}/json`));
    expect(answer).toContain('"running"');
    expect(answer).not.toMatch(/SECRET|Env/);
  }, 60_000);
});

describe('a sandbox that this guard made', () => {
  let id: string;
  afterEach(async () => removeContainer(id));

  test('is no target: it can be killed and removed, not stopped, restarted or told to reload', async () => {
    const { name, body } = guard.spec();
    const line = `POST /v1.41/containers/create?name=${name}`;
    id = /"Id":"([0-9a-f]{64})"/.exec(await guard.send(requestBytes(line, JSON.stringify(body))))?.[1] ?? '';
    const at = (rest: string) => `POST /v1.41/containers/${id}/${rest}`;
    expect(await guard.status(at('start'))).toBe(204);
    for (const rest of ['stop?t=0', 'restart?t=0', 'kill?signal=HUP']) expect(await guard.status(at(rest))).toBe(403);
    expect((await inspect(id))?.State.Status).toBe('running');
    expect(await guard.status(at('kill?signal=KILL'))).toBe(204);
    expect(await guard.status(`DELETE /v1.41/containers/${id}?force=true&v=true`)).toBe(204);
    expect(await inspect(id)).toBeUndefined();
  }, 30_000);
});

test('the lists show sandboxes and targets, and nothing of anybody else', async () => {
  const list = async (label: string, value: string) => {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${label}=${value}`] }));
    const answer = await guard.send(requestBytes(`GET /v1.41/containers/json?all=true&filters=${filters}`));
    return JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { Id: string; Labels: Record<string, string> }[];
  };
  const targets = await list('dev.example.role', role);
  expect(targets.map(({ Id }) => Id)).toContain(victim('target').id);
  const sandboxes = await list('dev.astrogate.owner', 'astrogate-solver');
  const foreign = Object.values(victims).map(({ id }) => id);
  expect(sandboxes.filter(({ Id }) => foreign.includes(Id))).toEqual([]);
});
