// The point of the guard: a real solver process in which hostile code runs, with the solver's user, environment and
// socket. Without a guard this is root on the host. With it nothing new runs on the engine but sandboxes.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, DockerCli, ensureCertificates, places, type ServiceProcess, startService } from '@astrogate/local';
import { containerSpec, decodeLabels, inspectDifferences, sandboxIdOf } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SecondEngine, startSecondEngine } from '../../../e2e/src/second-engine.js';
import { createEngineClient } from '../../src/engine/engine-client.js';
import { type Container, containersAt, type Holdings } from '../engine-containers.js';
import { baseImage, dockerHost, sandboxImage, engineSocket as sharedSocket } from '../environment.js';
import { bodyDangers, forms, hostDangers } from './dangers.js';

const isRoot = process.getuid?.() === 0;
/** As in deploy/images/solver.Dockerfile. */
const solverUser = 65_530;
const nonce = randomBytes(6).toString('hex');
const hex = () => randomBytes(16).toString('hex');
const home = mkdtempSync(join(tmpdir(), 'taken-over-'));
const state = join(home, 'state');
const socketPath = join(home, 'run', 'guard.sock');
const instanceId = nonce.padEnd(32, '0');
const canonicalId = hex();
const hostileIds: string[] = [];

let imageId: string;
/** As root an engine of our own, so that whatever is new on it is theirs; else that of the test run. */
let ownEngine: SecondEngine | undefined;
let engineSocket = sharedSocket;
let on: ReturnType<typeof containersAt>;
let before: Holdings;
let victim: Container;
/** A sandbox of another solver on the same engine. */
let neighbour: Container;
let guard: ServiceProcess;
let solver: ServiceProcess;
let report: {
  uid: number;
  requests: { line: string; status: unknown }[];
  escapes: Record<string, unknown>;
  allowed: unknown;
  made: unknown;
};
let canonical: ReturnType<typeof containerSpec>;

interface HostileRequest {
  readonly line: string;
  readonly body?: string;
  readonly headers?: readonly string[];
}

/** Every danger, each in every form, as create bodies that are right in all else. */
function hostileCreates(): HostileRequest[] {
  const specOf = () => {
    hostileIds.push(hex());
    const expiresAt = new Date(Date.now() + 600_000);
    return containerSpec(hostileIds.at(-1) as string, { imageId, instanceId, expiresAt });
  };
  const create = (change: (text: string) => string): HostileRequest => {
    const { name, body } = specOf();
    return { line: `POST /v1.41/containers/create?name=${name}`, body: change(JSON.stringify(body)) };
  };
  return [
    ...hostDangers.flatMap(([key, value]) =>
      Object.values(forms).map((form) => create((text) => form(text, key, value))),
    ),
    ...bodyDangers.map(([key, value]) => create((text) => JSON.stringify({ ...JSON.parse(text), [key]: value }))),
    createOfAnother(),
    {
      line: `POST /v1.41/containers/create?name=hostile-${nonce}`,
      body: JSON.stringify({ Image: imageId, HostConfig: { Privileged: true, Binds: ['/:/host'] } }),
    },
  ];
}

/** A sandbox in every field, but in another solver's name. */
function createOfAnother(): HostileRequest {
  hostileIds.push(hex());
  const expiresAt = new Date(Date.now() + 600_000);
  const { name, body } = containerSpec(hostileIds.at(-1) as string, { imageId, instanceId: hex(), expiresAt });
  return { line: `POST /v1.41/containers/create?name=${name}`, body: JSON.stringify(body) };
}

/** Everything that the guard knows to do with a sandbox, on one that is not this solver's. */
function callsOnNeighbour(): HostileRequest[] {
  const { id, name } = neighbour;
  return [
    {
      line: `POST /v1.41/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: ['Connection: Upgrade', 'Upgrade: tcp'],
    },
    { line: `POST /v1.41/containers/${id}/start` },
    { line: `POST /v1.41/containers/${id}/wait?condition=not-running` },
    { line: `POST /v1.41/containers/${id}/kill?signal=KILL` },
    ...[id, name].map((container) => ({ line: `GET /v1.41/containers/${container}/json` })),
    ...[id, name].map((container) => ({ line: `DELETE /v1.41/containers/${container}?force=true&v=true` })),
  ];
}

function hostileCalls(): HostileRequest[] {
  const { id } = victim;
  const upgrade = ['Connection: Upgrade', 'Upgrade: tcp'];
  return [
    { line: `POST /v1.41/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`, headers: upgrade },
    { line: `POST /v1.41/containers/${id}/exec`, body: '{"Cmd":["id"],"Privileged":true}' },
    { line: `POST /v1.41/containers/${id}/kill?signal=KILL` },
    { line: `POST /v1.41/containers/${id}/stop?t=0` },
    { line: `POST /v1.41/containers/${id}/restart?t=0` },
    { line: `DELETE /v1.41/containers/${id}?force=true&v=true` },
    { line: `GET /v1.41/containers/${id}/json` },
    { line: `GET /v1.41/containers/${id}/archive?path=/etc/shadow` },
    { line: `GET /v1.41/containers/${id}/export` },
    { line: `GET /v1.41/containers/${id}/logs?stdout=1` },
    { line: `POST /v1.41/commit?container=${id}&repo=hostile-${nonce}` },
    { line: 'POST /v1.41/containers/prune' },
    {
      line: `POST /v1.41/volumes/create`,
      body: `{"Name":"hostile-${nonce}","DriverOpts":{"type":"none","o":"bind","device":"/"}}`,
    },
    { line: `POST /v1.41/build?t=hostile-${nonce}` },
    { line: `POST /v1.41/images/create?fromImage=hostile-${nonce}` },
    { line: 'GET /v1.41/containers/json?all=true' },
    { line: 'GET /v1.41/secrets' },
  ];
}

beforeAll(async () => {
  chmodSync(home, 0o711);
  mkdirSync(join(home, 'run'), { mode: 0o755 });
  mkdirSync(state, { mode: 0o700 });
  if (isRoot) {
    const shared = new DockerCli(dockerHost);
    ownEngine = await startSecondEngine(shared, sandboxImage, baseImage);
    engineSocket = ownEngine.cli.host.replace('unix://', '');
  }
  on = containersAt(engineSocket);
  const engine = createEngineClient(engineSocket);
  const image = await engine.call('GET', `/v1.41/images/${encodeURIComponent(sandboxImage)}/json`);
  imageId = (image.body as { Id: string }).Id;
  victim = await on.startContainer({ 'dev.example.role': 'database' }, `victim-${nonce}`);
  const expiresAt = new Date(Date.now() + 600_000);
  const { name, body } = containerSpec(hex(), { imageId, instanceId: hex(), expiresAt });
  const made = await engine.call('POST', `/v1.41/containers/create?name=${name}`, {
    body: Buffer.from(JSON.stringify(body)),
  });
  neighbour = { id: (made.body as { Id: string }).Id, name };
  before = await on.holdings();
  guard = await startService({
    name: 'docker-guard',
    argv: [process.execPath, join(places.root, 'services/docker-guard/dist/main.js')],
    cwd: home,
    logFile: join(home, 'guard.log'),
    env: {
      GUARD_DOCKER_SOCKET: engineSocket,
      GUARD_LISTEN: socketPath,
      GUARD_SANDBOX_IMAGE: sandboxImage,
      GUARD_CREATES_PER_MINUTE: '60000',
      ...(isRoot ? { GUARD_GROUP: String(solverUser) } : {}),
    },
  });
  canonical = containerSpec(canonicalId, {
    imageId,
    instanceId,
    expiresAt: new Date(Date.now() + 600_000),
  });
  solver = await startTakenOverSolver();
  const file = join(state, 'report.json');
  for (let waited = 0; !existsSync(file) && waited < 100_000; waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
  report = JSON.parse(readFileSync(file, 'utf8'));
}, 180_000);

afterAll(async () => {
  await solver?.stop();
  await guard?.stop();
  await on?.removeContainer(`astrogate-sandbox-${canonicalId}`);
  for (const one of [victim, neighbour]) if (one) await on.removeContainer(one.id);
  await ownEngine?.end();
  rmSync(home, { recursive: true, force: true });
}, 60_000);

/** The real solver, from a bundle that its user can read, with the hostile code loaded before it. */
async function startTakenOverSolver(): Promise<ServiceProcess> {
  const [node, program, hostile, plan] = ['node', 'solver.mjs', 'taken-over.mjs', 'plan.json'].map((name) =>
    join(home, name),
  ) as [string, string, string, string];
  copyFileSync(process.execPath, node);
  await bundle(join(places.root, 'services/solver/src/main.ts'), program);
  copyFileSync(join(import.meta.dirname, 'taken-over.mjs'), hostile);
  const requests = [...hostileCreates(), ...hostileCalls(), ...callsOnNeighbour()];
  const engineSockets = [
    engineSocket,
    sharedSocket,
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run/containerd/containerd.sock',
  ];
  writeFileSync(plan, JSON.stringify({ requests, engineSockets, canonical, guardPid: guard.pid }));
  const { solver: tls } = await ensureCertificates(join(home, 'certificates'));
  for (const name of ['ca', 'cert', 'key'] as const) copyFileSync(tls[name], join(home, name));
  for (const name of [node, program, hostile, plan, ...['ca', 'cert', 'key'].map((file) => join(home, file))])
    chmodSync(name, 0o755);
  writeFileSync(join(state, 'instance-id'), instanceId, { mode: 0o600 });
  if (isRoot) for (const path of [state, join(state, 'instance-id')]) chownSync(path, solverUser, solverUser);
  return await startService({
    name: 'solver',
    argv: [node, '--import', hostile, program],
    cwd: state,
    logFile: join(home, 'solver.log'),
    env: {
      SOLVER_PORT: '0',
      SOLVER_DOCKER_HOST: `unix://${socketPath}`,
      SOLVER_SANDBOX_IMAGE: sandboxImage,
      SOLVER_STATE_DIR: state,
      SOLVER_SLOTS: '1',
      SOLVER_TLS_CA_FILE: join(home, 'ca'),
      SOLVER_TLS_CERT_FILE: join(home, 'cert'),
      SOLVER_TLS_KEY_FILE: join(home, 'key'),
      TAKEN_OVER_PLAN: plan,
    },
    ...(isRoot ? { uid: solverUser, gid: solverUser } : {}),
  });
}

test('hundreds of hostile requests from inside the solver are refused, each of them', () => {
  expect(report.requests.length).toBeGreaterThan(300);
  expect(report.requests.filter(({ status }) => status !== 403)).toEqual([]);
  if (isRoot) expect(report.uid).toBe(solverUser);
});

/** Skipped without root, which the name says in the list of what was skipped. */
function testAsRoot(name: string, act: () => void | Promise<void>): void {
  if (isRoot) test(name, act);
  else test.skip(`${name} (needs root: for an engine of our own, and for a solver that is another user)`, act);
}

/** Containers that were not there before and are no sandboxes of this solver, field by field. */
async function strangers(): Promise<string[]> {
  const known = before.containers.map(({ Id }) => Id);
  const found: string[] = [];
  for (const { Id, Names } of (await on.holdings()).containers) {
    if (known.includes(Id)) continue;
    const inspected = await on.inspect(Id);
    // Gone since: the solver removes its sandboxes.
    if (inspected !== undefined && !isOwnSandbox(inspected)) found.push(Names.join());
  }
  return found;
}

function isOwnSandbox(inspected: unknown): boolean {
  const { Name, Config } = inspected as { Name: string; Config: { Labels: Record<string, string> } };
  const labels = decodeLabels(Config.Labels);
  const sandboxId = sandboxIdOf(Name);
  if (labels?.instanceId !== instanceId || sandboxId === undefined) return false;
  return inspectDifferences(inspected, containerSpec(sandboxId, { imageId, ...labels }), '1.41').length === 0;
}

testAsRoot('the engine holds what it held, and sandboxes of this solver: nothing else, of whatever name', async () => {
  expect(await strangers()).toEqual([]);
  const after = await on.holdings();
  for (const container of before.containers) expect(after.containers).toContainEqual(container);
  expect(after.volumes).toEqual(before.volumes);
  expect(after.images).toEqual(before.images);
});

testAsRoot('a container that the engine had to name would be seen', async () => {
  const body = Buffer.from(JSON.stringify({ Image: imageId, NetworkDisabled: true }));
  const made = await createEngineClient(engineSocket).call('POST', '/v1.41/containers/create', { body });
  const { Id } = made.body as { Id: string };
  try {
    expect(await strangers()).toHaveLength(1);
  } finally {
    await on.removeContainer(Id);
  }
});

test('the engine has no container by any name of theirs, the victim lives, and the neighbour is as it was', async () => {
  const names = (await on.holdings()).containers.flatMap(({ Names }) => Names);
  const theirs = [`/hostile-${nonce}`, ...hostileIds.map((id) => `/astrogate-sandbox-${id}`)];
  expect(names.filter((name) => theirs.includes(name))).toEqual([]);
  const found = await on.inspect(victim.id);
  expect([found?.State.Status, found?.RestartCount]).toEqual(['running', 0]);
  expect((await on.inspect(neighbour.id))?.State.Status).toBe('created');
});

testAsRoot('there is no way round the guard', () => {
  for (const [what, result] of Object.entries(report.escapes))
    expect([what, String(result)]).toEqual([what, expect.stringMatching(/^(EACCES|EPERM|ENOENT|ECONNREFUSED)$/)]);
});

test('what it can start is a sandbox, field by field', () => {
  expect(report.allowed).toBe(201);
  expect(inspectDifferences(report.made, canonical, '1.41')).toEqual([]);
});

test("every refusal stands in the guard's log", () => {
  const lines = readFileSync(join(home, 'guard.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"denied"'));
  expect(lines.length).toBeGreaterThanOrEqual(report.requests.length);
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ audit: true, method: 'POST', reason: expect.any(String) });
});

test('the solver itself works on behind the same guard', async () => {
  const instance = readFileSync(join(state, 'instance-id'), 'utf8').trim();
  const filters = encodeURIComponent(JSON.stringify({ label: [`dev.astrogate.instance=${instance}`] }));
  const engine = createEngineClient(engineSocket);
  const { body } = await engine.call('GET', `/v1.41/containers/json?all=true&filters=${filters}`);
  expect((body as unknown[]).length).toBeGreaterThan(0);
});
