// Hostile programs in a container made from the exact spec: the same create body but for the program, and in some runs
// but for the one control that the test takes away to see what it was worth.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { jest } from '@jest/globals';
import type { Overrides } from '../../src/context.js';
import { createDockerEngine } from '../../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../../src/sandbox/endpoint.js';
import { FrameSplitter } from '../../src/sandbox/frames.js';
import { dockerHost, sandboxImage } from '../environment.js';
import { until } from '../solver-under-test.js';

// Each attack starts several containers, perhaps on a busy machine.
jest.setTimeout(90_000);

const endpoint = parseEndpoint(dockerHost);
export const engine = createDockerEngine(endpoint);
const instanceId = randomBytes(16).toString('hex');
/** More than any attack prints that does not flood; the rest is not read. */
const outputBytes = 4 * 1024 * 1024;

/** A create body that a test may change. */
export interface LooseBody {
  User: string;
  NetworkDisabled: boolean;
  HostConfig: Record<string, unknown> & { SecurityOpt: string[]; Tmpfs: Record<string, string> };
}
export type Weaken = (body: LooseBody) => void;

export interface Options {
  /** Of the engine; the sandbox image where there is none. */
  readonly image?: string;
  readonly weaken?: Weaken;
  /** Killed after this, so that no attack outlives its test. */
  readonly timeoutMs?: number;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
}

export interface Box extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** What it printed up to now. */
  printed(): { stdout: string; stderr: string };
  /** Resolves with everything that it printed, once it has ended or was killed. */
  ended(timeoutMs?: number): Promise<Ended>;
}

/** Runs Python, which is part of the sandbox image. */
export const python = (script: string): readonly string[] => ['/usr/bin/python3', '-I', '-S', '-c', script];
/** Runs the image's Node. */
export const node = (script: string): readonly string[] => ['/opt/astrogate/node', '--input-type=module', '-e', script];
export const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

/** The spec with another program, and weakened where a test says so. */
export async function hostileSpec(argv: readonly string[], { image, weaken }: Options = {}): Promise<ContainerSpec> {
  const { Id: imageId } = await engine.image(image ?? sandboxImage);
  const expiresAt = new Date(Date.now() + 600_000);
  const { name, body } = containerSpec(randomBytes(16).toString('hex'), { imageId, instanceId, expiresAt });
  const changed = { ...structuredClone(body), Entrypoint: [...argv] };
  weaken?.(changed as unknown as LooseBody);
  return { name, body: changed };
}

/** For a solver: its own spec with another program of the sandbox image. */
export const withProgram =
  (argv: readonly string[]): NonNullable<Overrides['specFor']> =>
  (_sandboxId, { name, body }) => ({ name, body: { ...body, Entrypoint: [...argv] } });

/** Starts a hostile program; disposing kills and removes it. */
export async function startBox(argv: readonly string[], options: Options = {}): Promise<Box> {
  const spec = await hostileSpec(argv, options);
  const id = await engine.create(spec);
  try {
    return await attachAndStart(id, spec.name);
  } catch (error) {
    await engine.remove(id);
    throw error;
  }
}

async function attachAndStart(id: string, name: string): Promise<Box> {
  const socket = await engine.attach(id);
  const frames = new FrameSplitter();
  const output = { stdout: '', stderr: '' };
  const closed = new Promise<void>((resolve) => socket.once('end', resolve).once('close', resolve));
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    for (const { stream, bytes } of frames.push(chunk)) {
      if (output[stream].length < outputBytes) output[stream] += bytes.toString('latin1');
    }
  });
  await engine.start(id);
  return {
    id,
    name,
    printed: () => ({ ...output }),
    async ended(timeoutMs = 30_000) {
      // Its output may be closed before it has ended, and the engine's own wait has a time limit.
      const timer = setTimeout(() => void engine.signal(id, 'KILL').catch(() => {}), timeoutMs);
      await until(async () => !(await engine.inspect(id)).State.Running, timeoutMs + 20_000);
      clearTimeout(timer);
      await closed;
      const { State } = await engine.inspect(id);
      return { ...output, exitCode: State.ExitCode, oomKilled: State.OOMKilled };
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await engine.remove(id);
    },
  };
}

/** Starts, waits for the end, removes. */
export async function run(argv: readonly string[], options: Options = {}): Promise<Ended> {
  await using box = await startBox(argv, options);
  return await box.ended(options.timeoutMs);
}

/** Runs a program that prints one JSON value as its last line. Throws Error with what it said when it does not. */
export async function report<T>(argv: readonly string[], options: Options = {}): Promise<T> {
  const { stdout, stderr, exitCode } = await run(argv, options);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as T;
  } catch {
    throw new Error(`no report, but code ${exitCode}: ${stdout.slice(-500)} ${stderr.slice(-2000)}`);
  }
}

/** A call of the engine that the solver never makes. */
export async function engineCall(
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly bytes: number }> {
  return await new Promise((resolve, reject) => {
    const call = request({ ...endpoint, method, path }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end();
  });
}
