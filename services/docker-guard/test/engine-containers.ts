// Containers that a test makes on the real engine beside the guard, and takes away again.
import { randomBytes } from 'node:crypto';
import { createEngineClient } from '../src/engine/engine-client.js';
import { baseImage, engineSocket } from './environment.js';

const engine = createEngineClient(engineSocket);

export interface Container {
  readonly id: string;
  readonly name: string;
}

/** Everything the engine says about a container; undefined when there is none. */
export async function inspect(idOrName: string): Promise<Inspected | undefined> {
  const { status, body } = await engine.call('GET', `/v1.41/containers/${idOrName}/json`);
  return status === 200 ? (body as Inspected) : undefined;
}

export interface Inspected {
  readonly Id: string;
  readonly RestartCount: number;
  readonly State: { readonly Status: string; readonly StartedAt: string; readonly Pid: number };
}

/** A running container of the base image that lives until it is told to end. */
export async function startContainer(
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

export async function removeContainer(idOrName: string): Promise<void> {
  await engine.call('DELETE', `/v1.41/containers/${idOrName}?force=true&v=true`);
}

/** Names of all containers in whatever state. */
export async function allNames(): Promise<string[]> {
  const { body } = await engine.call('GET', '/v1.41/containers/json?all=true');
  return (body as { Names: string[] }[]).flatMap(({ Names }) => Names);
}
