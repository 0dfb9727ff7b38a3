// Containers that a test makes on the real engine beside the guard, and takes away again.
import { randomBytes } from 'node:crypto';
import { createEngineClient } from '../src/engine/engine-client.js';
import { baseImage, engineSocket } from './environment.js';

export interface Container {
  readonly id: string;
  readonly name: string;
}

export interface Inspected {
  readonly Id: string;
  readonly RestartCount: number;
  readonly State: { readonly Status: string; readonly StartedAt: string; readonly Pid: number };
}

export interface Holdings {
  readonly containers: readonly { readonly Id: string; readonly Names: readonly string[]; readonly ImageID: string }[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
}

export function containersAt(socketPath: string) {
  const engine = createEngineClient(socketPath);

  /** Everything the engine says about a container; undefined when there is none. */
  async function inspect(idOrName: string): Promise<Inspected | undefined> {
    const { status, body } = await engine.call('GET', `/v1.41/containers/${idOrName}/json`);
    return status === 200 ? (body as Inspected) : undefined;
  }

  /** A running container of the base image that lives until it is told to end. */
  async function startContainer(
    labels: Readonly<Record<string, string>>,
    name = `guard-test-${randomBytes(8).toString('hex')}`,
  ): Promise<Container> {
    // Ends at once on SIGTERM; a shell as the first process would not.
    const body = {
      Image: baseImage,
      Entrypoint: ['/bin/sh', '-c', "trap 'exit 0' TERM; trap ':' HUP; while true; do sleep 0.1; done"],
      Env: ['SECRET=not-for-the-solver'],
      Labels: labels,
      NetworkDisabled: true,
      OpenStdin: true,
      HostConfig: { NetworkMode: 'none', Memory: 64 * 1024 * 1024, PidsLimit: 16 },
    };
    const made = await engine.call('POST', `/v1.41/containers/create?name=${name}`, {
      body: Buffer.from(JSON.stringify(body)),
    });
    if (made.status !== 201) throw new Error(`create answered ${made.status}: ${JSON.stringify(made.body)}`);
    const { Id: id } = made.body as { Id: string };
    const { status } = await engine.call('POST', `/v1.41/containers/${id}/start`);
    if (status !== 204) throw new Error(`start answered ${status}`);
    return { id, name };
  }

  async function removeContainer(idOrName: string): Promise<void> {
    await engine.call('DELETE', `/v1.41/containers/${idOrName}?force=true&v=true`);
  }

  /** Every container in whatever state, every volume and every image: what an engine holds. */
  async function holdings(): Promise<Holdings> {
    const get = async (path: string) => (await engine.call('GET', `/v1.41/${path}`)).body;
    const containers = (await get('containers/json?all=true')) as { Id: string; Names: string[]; ImageID: string }[];
    const { Volumes } = (await get('volumes')) as { Volumes: { Name: string }[] | null };
    const images = (await get('images/json?all=true')) as { Id: string; RepoTags: string[] | null }[];
    return {
      containers: containers.map(({ Id, Names, ImageID }) => ({ Id, Names, ImageID })),
      volumes: (Volumes ?? []).map(({ Name }) => Name).sort(),
      images: images.map(({ Id, RepoTags }) => `${Id} ${RepoTags?.toSorted()}`).sort(),
    };
  }

  return { inspect, startContainer, removeContainer, holdings };
}

/** Of the engine of the test run. */
export const { inspect, startContainer, removeContainer } = containersAt(engineSocket);
