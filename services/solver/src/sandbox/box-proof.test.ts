import { ConfigError, createLogger, type Logger } from '@astrogate/common';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { describe, expect, jest, test } from '@jest/globals';
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

interface Faults {
  changes?: object;
  failure?: EngineError;
  apiVersion?: string;
}

/** A fake engine that starts what it is told to, but for `changes` that it makes, and may fail to. */
function fakeEngine({ changes = {}, failure, apiVersion = '1.41' }: Faults) {
  let created: ContainerSpec | undefined;
  const removed: string[] = [];
  const engine = {
    apiVersion,
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

test('fields that nobody knows are logged, and are no reason not to start', async () => {
  const { engine } = fakeEngine({ changes: { NewFeature: true }, apiVersion: '1.99' });
  const warn = jest.fn();
  await proveBox({ ...parts, engine, log: { warn } as unknown as Logger });
  const [{ differences }] = warn.mock.calls[0] as [{ differences: string[] }];
  expect(differences.join()).toContain('HostConfig.NewFeature: unknown field true');
});

const weakenings: [string, object, RegExp][] = [
  ['limits no processes', { PidsLimit: null }, /: HostConfig.PidsLimit: is null, not 64$/],
  ['leaves out the profile', { SecurityOpt: ['no-new-privileges:true'] }, /: HostConfig.SecurityOpt: is /],
  ['leaves out all of it', { SecurityOpt: [] }, /: HostConfig.SecurityOpt: is \[\]/],
  ['allows swap', { MemorySwap: -1 }, /: HostConfig.MemorySwap: is -1, not 2147483648$/],
  ['limits no memory', { Memory: 0 }, /: HostConfig.Memory: is 0, not 2147483648$/],
  ['lets the root be written', { ReadonlyRootfs: false }, /: HostConfig.ReadonlyRootfs: is false, not true$/],
  ['starts it privileged', { Privileged: true }, /: HostConfig.Privileged: is true, not false$/],
  ['adds a capability', { CapAdd: ['SYS_ADMIN'] }, /: HostConfig.CapAdd: is \["SYS_ADMIN"\], not null$/],
  ["shows the host's processes", { PidMode: 'host' }, /: HostConfig.PidMode: is "host", not ""$/],
  ['mounts something', { Binds: ['/:/host'] }, /: HostConfig.Binds: is \["\/:\/host"\], not null$/],
  ['masks nothing', { MaskedPaths: [] }, /: HostConfig.MaskedPaths: is \[\], not allowed$/],
  ['takes another runtime', { Runtime: 'other' }, /: HostConfig.Runtime: is "other", not "runc"$/],
];

describe.each(['1.41', '1.44', '1.99'])('an engine that speaks %s', (apiVersion) => {
  test.each(weakenings)('and %s is refused, in one line', async (_what, changes, message) => {
    await expectRefusal({ changes, apiVersion }, message);
  });
});

test('so is one that cannot start it', async () => {
  await expectRefusal({ failure: refusal }, /starts no sandbox \(OCI runtime create failed: no seccomp\)$/);
});

async function expectRefusal(faults: Faults, message: RegExp) {
  const { engine, removed } = fakeEngine(faults);
  const proof = proveBox({ ...parts, engine });
  await expect(proof).rejects.toThrow(ConfigError);
  await expect(proof).rejects.toThrow(message);
  await expect(proof).rejects.not.toThrow(/\n/);
  expect(removed).toHaveLength(1);
}

test('an engine that does not answer is no matter of configuration', async () => {
  const { engine } = fakeEngine({ failure: new EngineError('unreachable') });
  await expect(proveBox({ ...parts, engine })).rejects.toThrow(EngineError);
});
