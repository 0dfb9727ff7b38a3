// A real solver on a real engine, with clients that have certificates, and what tests ask of both.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AdminServiceClient,
  adminService,
  type HealthClient,
  healthService,
  type OpsServiceClient,
  opsService,
  type SolveEventMessage,
  type SolveHeaderInit,
  type SolverServiceClient,
  solverService,
} from '@astrogate/proto';
import { type ContainerSpec, ownerLabel, sandboxIdOf } from '@astrogate/sandbox-spec';
import { credentials, Metadata, makeClientConstructor, type ServiceError } from '@grpc/grpc-js';
import type { Overrides } from '../src/context.js';
import { createService, readConfig, type SolverService } from '../src/index.js';
import { nobody } from '../src/sandbox/live-sandboxes.js';
import { type Authority, type Credentials, makeAuthority, makeLeaf } from './certificates.js';
import { dockerHost, sandboxImage } from './environment.js';

export interface Clients {
  readonly solver: SolverServiceClient;
  readonly admin: AdminServiceClient;
  readonly ops: OpsServiceClient;
  readonly health: HealthClient;
  close(): void;
}

export interface SolverUnderTest extends AsyncDisposable {
  readonly service: SolverService;
  readonly authority: Authority;
  readonly stateDir: string;
  readonly api: Clients;
  readonly ops: Clients;
  connect(identity: Credentials): Clients;
  /** Names of this solver's sandboxes that exist now, without those that are warm and wait for a job. */
  sandboxNames(): Promise<string[]>;
  /** Those that are warm, too. */
  allSandboxNames(): Promise<string[]>;
}

/** Starts a solver with its own state directory and certificates. */
export async function startSolver(
  settings: { env?: NodeJS.ProcessEnv; overrides?: Overrides; stateDir?: string } = {},
): Promise<SolverUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'solver-test-'));
  const authority = await makeAuthority();
  const server = await makeLeaf(authority, { purpose: 'serverAuth', names: [{ type: 'dns', value: 'localhost' }] });
  const files = { ca: authority.cert, cert: server.cert, key: server.key };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
  const stateDir = settings.stateDir ?? join(directory, 'state');
  const config = readConfig({
    SOLVER_PORT: '0',
    SOLVER_TLS_CA_FILE: join(directory, 'ca'),
    SOLVER_TLS_CERT_FILE: join(directory, 'cert'),
    SOLVER_TLS_KEY_FILE: join(directory, 'key'),
    SOLVER_DOCKER_HOST: dockerHost,
    SOLVER_SANDBOX_IMAGE: sandboxImage,
    SOLVER_STATE_DIR: stateDir,
    SOLVER_LOG_LEVEL: 'silent',
    ...settings.env,
  });
  // A program that stands in for the sandbox program never says that it is ready.
  const warm = settings.overrides?.specFor === undefined ? {} : { warmSandboxes: 0 };
  const service = await createService(config, { ...warm, ...settings.overrides });
  const connect = (identity: Credentials) => connectClients(service.port, authority.cert, identity);
  const named = (value: string) => makeLeaf(authority, { names: [{ type: 'url', value }] });
  const api = connect(await named('spiffe://astrogate/api'));
  const ops = connect(await named('spiffe://astrogate/ops'));
  return {
    service,
    authority,
    stateDir,
    api,
    ops,
    connect,
    // What nobody holds counts, too: it should not be there.
    sandboxNames: async () => {
      const names = await allSandboxNames(service);
      return names.filter((name) => service.context.live.jobOf(sandboxIdOf(name) ?? '') !== nobody);
    },
    allSandboxNames: () => allSandboxNames(service),
    async [Symbol.asyncDispose]() {
      api.close();
      ops.close();
      await service.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function allSandboxNames({ context: { engine, instanceId } }: SolverService): Promise<string[]> {
  const all = await engine.list(ownerLabel, 'astrogate-solver');
  return all.filter(({ Labels }) => Labels['dev.astrogate.instance'] === instanceId).map(({ Names }) => Names[0] ?? '');
}

export function connectClients(port: number, ca: Buffer, { cert, key }: Credentials): Clients {
  const channel = credentials.createSsl(ca, key, cert);
  const make = <T>(service: unknown, name: string) =>
    new (makeClientConstructor(service as never, name))(`localhost:${port}`, channel) as unknown as T;
  const clients = {
    solver: make<SolverServiceClient>(solverService, 'SolverService'),
    admin: make<AdminServiceClient>(adminService, 'AdminService'),
    ops: make<OpsServiceClient>(opsService, 'OpsService'),
    health: make<HealthClient>(healthService, 'Health'),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.close();
  };
  return { ...clients, close };
}

export const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

/** The answer of a unary call; rejects with the ServiceError. */
export async function ask<Request, Answer>(
  method: (
    request: Request,
    options: { deadline: Date },
    done: (error: ServiceError | null, answer?: Answer) => void,
  ) => unknown,
  client: unknown,
  request: Request,
  deadline = inSeconds(20),
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    method.call(client, request, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer as Answer)));
  });
}

export interface Attempt {
  readonly events: SolveEventMessage[];
  /** The error that ended the stream, undefined after OK. */
  readonly error: ServiceError | undefined;
}

export function headerFor(upload: Buffer, fields: SolveHeaderInit = {}): SolveHeaderInit {
  return {
    jobId: randomBytes(8).toString('hex'),
    requestId: 'test',
    uploadBytes: upload.length,
    uploadSha256: createHash('sha256').update(upload).digest(),
    format: 'IMAGE_FORMAT_JPEG',
    ...fields,
  };
}

/** Opens a Solve stream; `settled` resolves when it has ended either way. */
export function openSolve(client: SolverServiceClient, deadline: Date | 'none' = inSeconds(60)) {
  const call = client.Solve(new Metadata(), deadline === 'none' ? {} : { deadline });
  const events: SolveEventMessage[] = [];
  const accepted = Promise.withResolvers<void>();
  const settled = new Promise<Attempt>((resolve) => {
    call.on('data', (event: SolveEventMessage) => {
      events.push(event);
      if (event.event === 'accepted') accepted.resolve();
    });
    call.on('error', (error: ServiceError) => resolve({ events, error }));
    call.on('end', () => setImmediate(() => resolve({ events, error: undefined })));
  });
  // Whoever waits for acceptance must not wait for ever when the call fails.
  void settled.then(() => accepted.resolve());
  return { call, events, accepted: accepted.promise, settled };
}

/** Runs one attempt as the api does: header, wait for acceptance, chunks, half-close. */
export async function solve(
  client: SolverServiceClient,
  upload: Buffer,
  header: SolveHeaderInit = {},
): Promise<Attempt> {
  const { call, accepted, settled } = openSolve(client);
  call.write({ header: headerFor(upload, header) });
  await accepted;
  for (let at = 0; at < upload.length; at += 65_536) call.write({ chunk: upload.subarray(at, at + 65_536) });
  call.end();
  return await settled;
}

/** Polls until `holds`, for at most `ms`; returns how long it took. */
export async function until(holds: () => Promise<boolean>, ms: number): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > ms) throw new Error(`not so after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - begun;
}

/** A sandbox in which the base image runs `script` in place of the sandbox program, perhaps with less memory. */
export function scripted(imageId: string, script: string, memoryBytes?: number): NonNullable<Overrides['specFor']> {
  return (_sandboxId, { name, body }: ContainerSpec) => {
    const memory = memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes };
    const HostConfig = { ...body.HostConfig, ...memory };
    return { name, body: { ...body, HostConfig, Image: imageId, Entrypoint: ['/bin/sh', '-c', script] } };
  };
}
