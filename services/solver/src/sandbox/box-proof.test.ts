import { ConfigError, createLogger } from '@astrogate/common';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { proveBox } from './box-proof.js';
import type { DockerEngine } from './docker-engine.js';
import { EngineError } from './engine-error.js';
import { LiveSandboxes } from './live-sandboxes.js';

const specFor = (sandboxId: string): ContainerSpec =>
  containerSpec(sandboxId, {
    imageId: `sha256:${'ab'.repeat(32)}`,
    instanceId: '0'.repeat(32),
    expiresAt: new Date(Date.now() + 60_000),
  });

/** What an engine that passes nothing over says of a container, but for `changes` to its host configuration. */
function inspectAnswer({ name, body }: ContainerSpec, changes: object) {
  const { HostConfig, ...Config } = body;
  const [Path, ...Args] = body.Entrypoint;
  return {
    ...{ Name: `/${name}`, Image: body.Image, Path, Args, Mounts: [], State: {}, NetworkSettings: {}, Config },
    HostConfig: { ...HostConfig, ...changes },
  };
}

/** A fake engine that starts what it is told to, but for `changes` that it makes, and may fail to. */
function fakeEngine({ changes = {}, failure }: { changes?: object; failure?: EngineError }) {
  let created: ContainerSpec | undefined;
  const removed: string[] = [];
  const engine = {
    apiVersion: '1.41',
    create: async (spec: ContainerSpec) => {
      created = spec;
      return 'id';
    },
    attach: async () => ({ on: () => {}, destroy: () => {} }),
    start: async () => {
      if (failure) throw failure;
    },
    inspect: async () => inspectAnswer(created as ContainerSpec, changes),
    remove: async (id: string) => {
      removed.push(id);
    },
  };
  return { engine: engine as unknown as DockerEngine, removed };
}

const parts = { live: new LiveSandboxes(), log: createLogger('test', 'silent'), specFor };
const refusal = new EngineError('refused', { cause: new Error('OCI runtime\n create failed: no seccomp') });

test('an engine that starts what was asked for will do, and the sandbox is removed', async () => {
  const { engine, removed } = fakeEngine({});
  await proveBox({ ...parts, engine });
  expect(removed).toEqual(['id']);
});

test.each<[string, Parameters<typeof fakeEngine>[0], RegExp]>([
  ['limits no processes', { changes: { PidsLimit: null } }, /: HostConfig.PidsLimit: is null, not 64$/],
  ['leaves out the profile', { changes: { SecurityOpt: ['no-new-privileges:true'] } }, /: HostConfig.SecurityOpt: is /],
  ['allows swap', { changes: { MemorySwap: -1 } }, /: HostConfig.MemorySwap: is -1, not 2147483648$/],
  ['cannot start it', { failure: refusal }, /starts no sandbox \(OCI runtime create failed: no seccomp\)$/],
])('refuses an engine that %s, in one line', async (_what, changes, message) => {
  const { engine, removed } = fakeEngine(changes);
  const proof = proveBox({ ...parts, engine });
  await expect(proof).rejects.toThrow(ConfigError);
  await expect(proof).rejects.toThrow(message);
  await expect(proof).rejects.not.toThrow(/\n/);
  expect(removed).toHaveLength(1);
});

test('an engine that does not answer is no matter of configuration', async () => {
  const { engine } = fakeEngine({ failure: new EngineError('unreachable') });
  await expect(proveBox({ ...parts, engine })).rejects.toThrow(EngineError);
});
