// The verbs of the Docker Engine that the solver uses, and the only import of dockerode. Each call has a time limit.
// There is deliberately no exec, no archive, no pull and no volume here.
import { Agent } from 'node:http';
import { type ContainerSpec, reviewedApiVersion } from '@astrogate/sandbox-spec';
import Docker from 'dockerode';
import { engineCallMs } from '../limits.js';
import { attach } from './attach.js';
import type { EngineEndpoint } from './endpoint.js';
import { EngineError, isEngineError } from './engine-error.js';

export { reviewedApiVersion };

export interface ImageFacts {
  readonly Id: string;
  readonly Config: { readonly Labels: Record<string, string> | null; readonly Volumes: object | null };
}

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: string;
  /** Unix seconds. */
  readonly Created: number;
}

export interface ContainerState {
  readonly Status: string;
  readonly Running: boolean;
  readonly OOMKilled: boolean;
  readonly ExitCode: number;
  /** RFC 3339; year 1 when never. */
  readonly StartedAt: string;
}

export interface EngineVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly KernelVersion: string;
  /** The engine, containerd, runc and so on. */
  readonly Components?: readonly { readonly Name: string; readonly Version: string }[] | null;
}

export interface EngineInfo {
  readonly MemoryLimit: boolean;
  readonly SwapLimit: boolean;
  readonly PidsLimit: boolean;
  readonly SecurityOptions: readonly string[];
  readonly CgroupVersion: string;
  readonly CgroupDriver: string;
  readonly OSType: string;
  readonly DefaultRuntime: string;
}

export type DockerEngine = ReturnType<typeof createDockerEngine>;

interface Call {
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/**
 * Every verb throws EngineError. `id` is a container's id or name. `apiVersion` as api-version.ts chose it; before that,
 * null asks the engine in whatever version it likes best.
 */
export function createDockerEngine(endpoint: EngineEndpoint, apiVersion: string | null = reviewedApiVersion) {
  const prefix = apiVersion === null ? '' : `/v${apiVersion}`;
  // All options are given, since dockerode fills gaps from the environment. No connection is kept, since one that
  // outlived its engine would fail the next call.
  const { modem } = new Docker({
    host: undefined,
    port: undefined,
    socketPath: undefined,
    ...endpoint,
    protocol: 'http',
    pathPrefix: '/',
    version: apiVersion === null ? undefined : `v${apiVersion}`,
    agent: new Agent({ keepAlive: false }),
  } as unknown as Docker.DockerOptions);

  async function call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { query, body, timeoutMs }: Call = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const options = {
      method,
      path: query === undefined ? path : `${path}?`,
      options: { _query: query ?? {}, _body: body ?? {} },
      abortSignal: AbortSignal.timeout(timeoutMs ?? engineCallMs),
      statusCodes: { 200: true, 201: true, 204: true, 304: true },
    };
    modem.dial(options, (error: unknown, answer: unknown) =>
      error ? reject(EngineError.of(error)) : resolve(answer as T),
    );
    return await promise;
  }
  const container = (id: string) => `/containers/${encodeURIComponent(id)}`;

  return {
    endpoint,
    apiVersion: apiVersion ?? 'none',
    ping: (timeoutMs: number) => call<unknown>('GET', '/_ping', { timeoutMs }),
    version: () => call<EngineVersion>('GET', '/version'),
    info: () => call<EngineInfo>('GET', '/info'),
    image: (reference: string) => call<ImageFacts>('GET', `/images/${encodeURIComponent(reference)}/json`),

    /** The new container's id. */
    create: async ({ name, body }: ContainerSpec): Promise<string> =>
      (await call<{ Id: string }>('POST', '/containers/create', { query: { name }, body })).Id,
    attach: (id: string) => attach(endpoint, `${prefix}${container(id)}/attach`),
    start: (id: string) => call<unknown>('POST', `${container(id)}/start`),
    signal: (id: string, signal: 'KILL' | 'HUP') =>
      call<unknown>('POST', `${container(id)}/kill`, { query: { signal } }),
    /** Resolves when the container does not run. */
    wait: (id: string, timeoutMs = engineCallMs) =>
      call<unknown>('POST', `${container(id)}/wait`, { query: { condition: 'not-running' }, timeoutMs }),
    /** Everything the engine says about a container; `State` is what the solver reads of it. */
    inspect: (id: string) => call<{ readonly State: ContainerState }>('GET', `${container(id)}/json`),
    /** Kills and removes with anonymous volumes. A container that is not there counts as removed. */
    remove: async (id: string): Promise<void> => {
      try {
        await call<unknown>('DELETE', container(id), { query: { force: true, v: true } });
      } catch (error) {
        if (!isEngineError(error, 'not_found')) throw error;
      }
    },
    /** Containers in any state that carry `label` with exactly this value. */
    list: (label: string, value: string) =>
      call<ContainerSummary[]>('GET', '/containers/json', {
        query: { all: true, filters: { label: [`${label}=${value}`] } },
      }),

    restart: (id: string, graceSeconds: number) =>
      call<unknown>('POST', `${container(id)}/restart`, {
        query: { t: graceSeconds },
        timeoutMs: withGrace(graceSeconds),
      }),
    stop: (id: string, graceSeconds: number) =>
      call<unknown>('POST', `${container(id)}/stop`, {
        query: { t: graceSeconds },
        timeoutMs: withGrace(graceSeconds),
      }),
  };
}

const withGrace = (graceSeconds: number) => graceSeconds * 1000 + engineCallMs;
