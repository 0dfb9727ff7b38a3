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
import { bundle, ensureCertificates, places, type ServiceProcess, startService } from '@astrogate/local';
import { containerSpec, inspectDifferences } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEngineClient } from '../../src/engine/engine-client.js';
import { allNames, type Container, inspect, removeContainer, startContainer } from '../engine-containers.js';
import { engineSocket, sandboxImage } from '../environment.js';
import { bodyDangers, forms, hostDangers } from './dangers.js';

const isRoot = process.getuid?.() === 0;
/** As in deploy/images/solver.Dockerfile. */
const solverUser = 65_530;
const nonce = randomBytes(6).toString('hex');
const hex = () => randomBytes(16).toString('hex');
const home = mkdtempSync(join(tmpdir(), 'taken-over-'));
const state = join(home, 'state');
const socketPath = join(home, 'run', 'guard.sock');
const canonicalId = hex();
const hostileIds: string[] = [];

let imageId: string;
let victim: Container;
let guard: ServiceProcess;
let solver: ServiceProcess;
let report: {
  uid: number;
  requests: { line: string; status: unknown }[];
  escapes: Record<string, unknown>;
  allowed: unknown;
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
    return containerSpec(hostileIds.at(-1) as string, { imageId, instanceId: nonce.padEnd(32, '0'), expiresAt });
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
    {
      line: `POST /v1.41/containers/create?name=hostile-${nonce}`,
      body: JSON.stringify({ Image: imageId, HostConfig: { Privileged: true, Binds: ['/:/host'] } }),
    },
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
  const engine = createEngineClient(engineSocket);
  const image = await engine.call('GET', `/v1.41/images/${encodeURIComponent(sandboxImage)}/json`);
  imageId = (image.body as { Id: string }).Id;
  victim = await startContainer({ 'dev.example.role': 'database' }, `victim-${nonce}`);
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
    instanceId: nonce.padEnd(32, '0'),
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
  await removeContainer(`astrogate-sandbox-${canonicalId}`);
  if (victim) await removeContainer(victim.id);
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
  const requests = [...hostileCreates(), ...hostileCalls()];
  const engineSockets = [engineSocket, '/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'];
  writeFileSync(plan, JSON.stringify({ requests, engineSockets, canonical, guardPid: guard.pid }));
  const { solver: tls } = await ensureCertificates(join(home, 'certificates'));
  for (const name of ['ca', 'cert', 'key'] as const) copyFileSync(tls[name], join(home, name));
  for (const name of [node, program, hostile, plan, ...['ca', 'cert', 'key'].map((file) => join(home, file))])
    chmodSync(name, 0o755);
  if (isRoot) chownSync(state, solverUser, solverUser);
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

test('the engine has no container of theirs, and the victim lives', async () => {
  const names = await allNames();
  const theirs = [`/hostile-${nonce}`, ...hostileIds.map((id) => `/astrogate-sandbox-${id}`)];
  expect(names.filter((name) => theirs.includes(name))).toEqual([]);
  const found = await inspect(victim.id);
  expect([found?.State.Status, found?.RestartCount]).toEqual(['running', 0]);
});

test('there is no way round the guard', () => {
  if (!isRoot) {
    console.warn('not root: the solver runs as the user who owns everything, so its permissions were not tried');
    return;
  }
  for (const [what, result] of Object.entries(report.escapes))
    expect([what, String(result)]).toEqual([what, expect.stringMatching(/^(EACCES|EPERM|ENOENT|ECONNREFUSED)$/)]);
});

test('what it can start is a sandbox, field by field', async () => {
  expect(report.allowed).toBe(201);
  const made = await inspect(canonical.name);
  expect(inspectDifferences(made, canonical, '1.41')).toEqual([]);
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
