// A real solver as a process of its own, with a watch on what it creates, and what an attack must leave as it was.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusMessage } from '@astrogate/proto';
import { createDockerEngine } from '../../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../../src/sandbox/endpoint.js';
import { type Authority, type Credentials, makeAuthority, makeLeaf } from '../certificates.js';
import { dockerHost, sandboxImage } from '../environment.js';
import { ask, type Clients, connectClients, inSeconds, solve, until } from '../solver-under-test.js';
import { type SpawnWatch, watchSpawns } from './spawn-watch.js';

export interface AttackedSolver extends AsyncDisposable {
  readonly port: number;
  readonly authority: Authority;
  /** What a taken-over api holds. */
  readonly apiIdentity: Credentials;
  readonly api: Clients;
  readonly ops: Clients;
  /** Clients on connections of their own. */
  connect(identity: Credentials): Clients;
  readonly watch: SpawnWatch;
  status(): Promise<StatusMessage>;
  /** Resolves with the containers created so far, once those of the start were: its proof, and one for each slot. */
  settled(): Promise<number>;
  /**
   * Lines of what is not as before the attack: the process lives, answers its api, holds no permit and has created
   * nothing but sandboxes. Empty when all is well.
   */
  harm(): Promise<string[]>;
  /** Whether an ordinary attempt ends with an outcome. */
  solvesStill(): Promise<boolean>;
}

/** An 8-bit grey picture without a star: an attempt that ends soon, with "not solved". */
export const blankPicture = Buffer.concat([Buffer.from('P5\n200 200\n255\n'), Buffer.alloc(40_000, 10)]);

const defaultSlots = '2';
const program = join(import.meta.dirname, '../../dist/main.js');

export async function startAttackedSolver(env: NodeJS.ProcessEnv = {}): Promise<AttackedSolver> {
  const directory = mkdtempSync(join(tmpdir(), 'solver-attack-'));
  const instanceId = randomBytes(16).toString('hex');
  mkdirSync(join(directory, 'state'), { mode: 0o700 });
  writeFileSync(join(directory, 'state', 'instance-id'), instanceId);
  const imageId = (await createDockerEngine(parseEndpoint(dockerHost)).image(sandboxImage)).Id;
  const watch = await watchSpawns(dockerHost, { imageId, instanceId });
  const authority = await makeAuthority();
  await writeServerFiles(directory, authority);
  const { child, exited, port } = await startProgram(directory, { SOLVER_DOCKER_HOST: watch.url, ...env });
  const named = (value: string) => makeLeaf(authority, { names: [{ type: 'url', value }] });
  const apiIdentity = await named('spiffe://astrogate/api');
  const api = connectClients(port, authority.cert, apiIdentity);
  const ops = connectClients(port, authority.cert, await named('spiffe://astrogate/ops'));
  const slots = Number(env.SOLVER_SLOTS ?? defaultSlots);
  const status = () => ask<object, StatusMessage>(ops.ops.GetStatus as never, ops.ops, {}, inSeconds(30));
  const isServing = async () => {
    const answer = await ask<object, { status: string }>(api.health.Check as never, api.health, { service: '' });
    return answer.status === 'SERVING';
  };
  const isAtRest = async () => {
    const { running, waiting } = await status();
    return running === 0 && waiting === 0;
  };
  return {
    port,
    authority,
    apiIdentity,
    api,
    ops,
    connect: (identity) => connectClients(port, authority.cert, identity),
    watch,
    status,
    async settled() {
      await until(async () => watch.created > slots, 60_000);
      return watch.created;
    },
    async harm() {
      if (child.exitCode !== null || child.signalCode !== null) return ['the solver has ended'];
      const otherwise = (complaint: string) => (error: Error) => [`${complaint}: ${error.message}`];
      const permits = await until(isAtRest, 60_000).then(() => [], otherwise('permits are held'));
      // The way to the engine leads through the attacker's own process: a ping may have been late.
      const answers = await until(isServing, 20_000).then(() => [], otherwise('the solver does not serve'));
      return [...permits, ...answers, ...(await watch.violations())];
    },
    async solvesStill() {
      const { events } = await solve(api.solver, blankPicture, { format: 'IMAGE_FORMAT_PNM' });
      return events.at(-1)?.outcome?.result === 'notSolved';
    },
    async [Symbol.asyncDispose]() {
      api.close();
      ops.close();
      child.kill('SIGTERM');
      await exited;
      await watch[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

async function writeServerFiles(directory: string, authority: Authority): Promise<void> {
  const server = await makeLeaf(authority, { purpose: 'serverAuth', names: [{ type: 'dns', value: 'localhost' }] });
  const files = { ca: authority.cert, cert: server.cert, key: server.key };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
}

async function startProgram(directory: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [program], {
    env: {
      SOLVER_PORT: '0',
      SOLVER_TLS_CA_FILE: join(directory, 'ca'),
      SOLVER_TLS_CERT_FILE: join(directory, 'cert'),
      SOLVER_TLS_KEY_FILE: join(directory, 'key'),
      SOLVER_SANDBOX_IMAGE: sandboxImage,
      SOLVER_STATE_DIR: join(directory, 'state'),
      SOLVER_SLOTS: defaultSlots,
      SOLVER_LOG_LEVEL: 'silent',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('message', ({ ready }: { ready?: { port: number } }) => ready && resolve(ready.port));
  void exited.then((code) => reject(new Error(`the solver ended with ${code}`)));
  return { child, exited, port: await promise };
}

/** Most of what an attack may add to the solver's memory: far above its garbage, far below what the attack aims at. */
export const memoryAllowance = 256 * 1024 * 1024;

/** Runs `attack` and returns the most by which the solver's memory was above what it was before, sampled four times a second. */
export async function memoryGrowth(solver: AttackedSolver, attack: () => Promise<void>): Promise<number> {
  const before = (await solver.status()).memoryBytes;
  let most = before;
  let sampling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    sampling = solver.status().then(
      ({ memoryBytes }) => {
        most = Math.max(most, memoryBytes);
      },
      () => {},
    );
  }, 250);
  await attack();
  clearInterval(timer);
  await sampling;
  most = Math.max(most, (await solver.status()).memoryBytes);
  return most - before;
}
