// What is left behind when an engine fails at each step, told by a fake engine.
import { Duplex } from 'node:stream';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { containerSpec } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import type { DockerEngine } from './docker-engine.js';
import { createSandboxSource } from './docker-sandbox.js';
import { EngineError } from './engine-error.js';
import { LiveSandboxes } from './live-sandboxes.js';

type Step = 'create' | 'attach' | 'start';
const config = { imageId: `sha256:${'a'.repeat(64)}`, instanceId: 'b'.repeat(32), expiresAt: new Date() };

/** A source on a fake engine that calls `at` before each step. */
function source(at: (step: Step) => void, removals: (Error | undefined)[] = []) {
  const removed: string[] = [];
  const live = new LiveSandboxes();
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const step = (name: Step, answer: unknown) => async () => {
    at(name);
    return answer;
  };
  const engine = {
    create: step('create', 'id'),
    attach: step('attach', socket),
    start: step('start', undefined),
    remove: async (id: string) => {
      removed.push(id);
      const failure = removals.shift();
      if (failure) throw failure;
    },
  } as unknown as DockerEngine;
  const specFor = (sandboxId: string) => containerSpec(sandboxId, config);
  const sandboxes = createSandboxSource({ engine, live, log: createLogger('test', 'silent'), specFor });
  return { sandboxes, socket, removed, live };
}

const never = new AbortController().signal;

test.each<Step>(['create', 'attach', 'start'])(
  'an engine that fails at %s leaves no container and no socket',
  async (failing) => {
    const { sandboxes, socket, removed } = source((step) => {
      if (step === failing) throw new EngineError('unreachable');
    });
    await expect(sandboxes.open('job', never)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
    expect(removed).toEqual([expect.stringMatching(/^astrogate-sandbox-/)]);
    expect(socket.destroyed).toBe(failing === 'start');
  },
);

test.each<Step>(['create', 'attach'])(
  'a caller who goes away during %s leaves no container and no socket',
  async (step) => {
    const caller = new AbortController();
    const { sandboxes, socket, removed } = source((now) => {
      if (now === step) caller.abort(new AstrogateError('cancelled'));
    });
    await expect(sandboxes.open('job', caller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(removed).toHaveLength(1);
    expect(socket.destroyed).toBe(step === 'attach');
  },
);

test('an abort cuts the connection, disposing removes the container', async () => {
  const caller = new AbortController();
  const { sandboxes, socket, removed, live } = source(() => {});
  const sandbox = await sandboxes.open('job', caller.signal);
  expect(live.jobOf(sandbox.sandboxId)).toBe('job');
  caller.abort(new AstrogateError('cancelled'));
  expect(socket.destroyed).toBe(true);
  expect(removed).toEqual([]);
  await sandbox[Symbol.asyncDispose]();
  expect(removed).toEqual(['id']);
  expect(live.has(sandbox.sandboxId)).toBe(false);
});

test('a removal that fails is tried again; when the engine is gone a sweep is due', async () => {
  const again = source(() => {}, [new EngineError('conflict'), undefined]);
  await (await again.sandboxes.open('job', never))[Symbol.asyncDispose]();
  expect(again.removed).toEqual(['id', 'id']);
  const gone = source(() => {}, [new EngineError('unreachable')]);
  const sandbox = await gone.sandboxes.open('job', never);
  expect(again.live.hasLeft).toBe(false);
  await sandbox[Symbol.asyncDispose]();
  expect(gone.removed).toEqual(['id']);
  expect([gone.live.has(sandbox.sandboxId), gone.live.hasLeft]).toEqual([false, true]);
});
