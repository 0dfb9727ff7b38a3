// The rules of the pool, with a fake source whose sandboxes start, stir and die when the test says so.
import { setImmediate as turn } from 'node:timers/promises';
import { createLogger } from '@astrogate/common';
import { AstrogateError, type EventKind } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { chance } from '../../test/chance.js';
import * as limits from '../limits.js';
import { SolverState } from '../solver-state.js';
import type { Sandbox } from './docker-sandbox.js';
import { EngineError } from './engine-error.js';
import { LiveSandboxes } from './live-sandboxes.js';
import type { SandboxEvent } from './pump.js';
import { WarmPool, wanted } from './warm-pool.js';

const never = new AbortController().signal;
const versions = { sandbox: '1', astrometry: '1', node: '1' };
const event = (kind: EventKind, body: unknown): SandboxEvent => ({ kind, json: Buffer.from(JSON.stringify(body)) });
const ready = event('ready', { versions });

/** A fake sandbox: says what it is told to say, ends when it is killed or its signal fires. */
class FakeSandbox implements Sandbox {
  readonly output = { stdoutBytes: 0, stderrBytes: 0, stderrTail: '' };
  readonly #said: SandboxEvent[] = [];
  #isOver = false;
  #tell = () => {};

  constructor(
    readonly sandboxId: string,
    readonly signal: AbortSignal,
    readonly onRemoved: () => void,
  ) {
    signal.addEventListener('abort', () => this.#tell());
  }

  say(said: SandboxEvent): void {
    this.#said.push(said);
    this.#tell();
  }

  die(): void {
    this.#isOver = true;
    this.#tell();
  }

  async write(): Promise<void> {}
  ending = async () => ({ oomKilled: false, exitCode: 0, killedByOthers: false });

  async *events() {
    while (true) {
      this.signal.throwIfAborted();
      const next = this.#said.shift();
      if (next) yield next;
      else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#tell = resolve;
        });
    }
  }

  async [Symbol.asyncDispose]() {
    this.die();
    this.onRemoved();
  }
}

/** A pool on a fake source. */
function build(slots: number, first: SandboxEvent | 'silence' = ready) {
  const live = new LiveSandboxes();
  const state = new SolverState();
  const admission = { running: 0, waiting: 0 };
  const opened: { jobId: string; sandbox: FakeSandbox }[] = [];
  const existing = new Set<string>();
  const faults: { error?: Error; gate?: Promise<void>; creating: number; mostCreating: number } = {
    creating: 0,
    mostCreating: 0,
  };
  const source = {
    open: async (jobId: string, signal: AbortSignal) => {
      const sandboxId = `s${opened.length}`;
      if (jobId === '') faults.mostCreating = Math.max(faults.mostCreating, ++faults.creating);
      try {
        await faults.gate;
        if (faults.error) throw faults.error;
        signal.throwIfAborted();
      } finally {
        if (jobId === '') faults.creating -= 1;
      }
      live.add(sandboxId, jobId);
      existing.add(sandboxId);
      const sandbox = new FakeSandbox(sandboxId, signal, () => {
        live.delete(sandboxId);
        existing.delete(sandboxId);
      });
      if (first !== 'silence') sandbox.say(first);
      opened.push({ jobId, sandbox });
      return sandbox;
    },
  };
  const pool = new WarmPool({ source, live, admission, state, log: createLogger('test', 'silent'), slots });
  return { pool, live, state, admission, opened, existing, faults };
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}
async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await settle();
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['nothing runs: one per slot', { running: 0, waiting: 0, isIdle: false }, 4],
  ['some run: one per free slot', { running: 3, waiting: 0, isIdle: false }, 1],
  ['all run and nobody waits: none, it would only slow them down', { running: 4, waiting: 0, isIdle: false }, 0],
  ['some wait: one each', { running: 4, waiting: 2, isIdle: false }, 2],
  ['many wait: never more than slots', { running: 4, waiting: 100, isIdle: false }, 4],
  ['idle: one', { running: 0, waiting: 0, isIdle: true }, 1],
])('%s', (_what, demand, expected) => {
  expect(wanted({ slots: 4, ...demand })).toBe(expected);
  expect(wanted({ slots: 0, ...demand, running: 0, waiting: 0 })).toBe(0);
});

test('fills up to its slots, one after the other, for nobody', async () => {
  const { pool, opened, live, faults } = build(3);
  pool.start();
  await settle();
  expect(pool.size).toBe(3);
  expect(faults.mostCreating).toBe(1);
  expect(opened.map(({ jobId }) => jobId)).toEqual(['', '', '']);
  expect(opened.every(({ sandbox }) => live.jobOf(sandbox.sandboxId) === '')).toBe(true);
  await pool.close();
});

test('a lease takes the oldest, tells the solver whose it is, and gives its events from the first', async () => {
  const { pool, opened, live, admission, existing } = build(2);
  pool.start();
  await settle();
  admission.running = 1;
  await using sandbox = await pool.open('job', never);
  expect(sandbox.sandboxId).toBe('s0');
  expect(live.jobOf('s0')).toBe('job');
  opened[0]?.sandbox.say(event('progress', {}));
  opened[0]?.sandbox.say(event('outcome', {}));
  const kinds: string[] = [];
  for await (const { kind } of sandbox.events()) {
    kinds.push(kind);
    if (kind === 'outcome') break;
  }
  expect(kinds).toEqual(['ready', 'progress', 'outcome']);
  expect(pool.size).toBe(1);
  await sandbox[Symbol.asyncDispose]();
  expect(existing.has('s0')).toBe(false);
  admission.running = 0;
  await pass(limits.poolCheckMs);
  expect(pool.size).toBe(2);
  expect((await pool.open('next', never)).sandboxId).toBe('s1');
  await pool.close();
});

test('an abort reaches a leased sandbox with its reason', async () => {
  const { pool, opened } = build(1);
  pool.start();
  await settle();
  const caller = new AbortController();
  const sandbox = await pool.open('job', caller.signal);
  const reading = (async () => {
    for await (const _ of sandbox.events());
  })();
  await settle();
  caller.abort(new AstrogateError('timeout'));
  await expect(reading).rejects.toMatchObject({ code: 'timeout' });
  expect(opened[0]?.sandbox.signal.reason).toMatchObject({ code: 'timeout' });
  await sandbox[Symbol.asyncDispose]();
  await pool.close();
});

test('a caller who is gone takes none', async () => {
  const { pool } = build(1);
  pool.start();
  await settle();
  const gone = AbortSignal.abort(new AstrogateError('cancelled'));
  await expect(pool.open('job', gone)).rejects.toMatchObject({ code: 'cancelled' });
  expect(pool.size).toBe(1);
  await pool.close();
});

test('when none is warm a job opens its own', async () => {
  const { pool, opened, faults } = build(1);
  const gate = Promise.withResolvers<void>();
  faults.gate = gate.promise;
  pool.start();
  await settle();
  const opening = pool.open('job', never);
  await settle();
  gate.resolve();
  await opening;
  expect(opened.map(({ jobId }) => jobId).sort()).toEqual(['', 'job']);
  await pool.close();
});

test('a lease passes over one that has just died', async () => {
  const { pool, opened, existing } = build(2);
  pool.start();
  await settle();
  opened[0]?.sandbox.die();
  expect((await pool.open('job', never)).sandboxId).toBe('s1');
  expect(existing.has('s0')).toBe(false);
  await pool.close();
});

test('when all have died, the job opens its own', async () => {
  const { pool, opened } = build(2);
  pool.start();
  await settle();
  for (const { sandbox } of opened) sandbox.die();
  await pool.open('job', never);
  expect(opened.at(-1)?.jobId).toBe('job');
  await pool.close();
});

test.each<[string, (sandbox: FakeSandbox) => void]>([
  ['that ends', (sandbox) => sandbox.die()],
  ['that talks unasked', (sandbox) => sandbox.say(event('outcome', {}))],
])('a warm one %s is removed and replaced after a pause', async (_what, act) => {
  const { pool, opened, existing } = build(1);
  pool.start();
  await settle();
  act(opened[0]?.sandbox as FakeSandbox);
  await settle();
  expect([pool.size, existing.size, opened.length]).toEqual([0, 0, 1]);
  await pass(limits.warmPauseMs.first);
  expect([pool.size, opened.length]).toEqual([1, 2]);
  await pool.close();
});

test.each<[string, SandboxEvent | 'silence', number]>([
  ['no ready', event('outcome', {}), 0],
  ['a wrong ready', event('ready', { extra: 1 }), 0],
  ['nothing', 'silence', limits.readyMs],
])('one that says %s is removed and never handed out', async (_what, first, afterMs) => {
  const { pool, opened, existing } = build(1, first);
  pool.start();
  await settle();
  await pass(afterMs);
  expect([pool.size, existing.size, opened.length]).toEqual([0, 0, 1]);
  await pool.close();
});

test('an engine that fails is asked ever more rarely, at most once a minute', async () => {
  const { pool, faults } = build(4);
  faults.error = new EngineError('refused');
  let asked = 0;
  const count = () => {
    asked += 1;
  };
  Object.defineProperty(faults, 'gate', { get: count });
  pool.start();
  await settle();
  expect(asked).toBe(1);
  for (let second = 0; second < 60; second += 1) await pass(1000);
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(9);
  for (let minute = 0; minute < 10; minute += 1) await pass(60_000);
  expect(asked).toBeLessThan(20);
  delete (faults as { error?: Error }).error;
  await pass(60_000);
  await pass(60_000);
  expect(pool.size).toBeGreaterThan(0);
  await pool.close();
});

test('many that die at once are one loss', async () => {
  const { pool, opened } = build(8);
  pool.start();
  await settle();
  for (const { sandbox } of opened) sandbox.die();
  await settle();
  expect(pool.size).toBe(0);
  await pass(limits.warmPauseMs.first);
  expect(pool.size).toBe(8);
  await pool.close();
});

test('a lost engine is not asked; once it is back the pool fills at once', async () => {
  const { pool, state, opened } = build(2);
  pool.start();
  await settle();
  state.setEngineLost(true);
  for (const { sandbox } of opened) sandbox.die();
  await pass(limits.warmPauseMs.longest);
  expect(opened).toHaveLength(2);
  state.setEngineLost(false);
  await settle();
  expect(pool.size).toBe(2);
  await pool.close();
});

test('what has waited its longest wait is removed and replaced', async () => {
  const { pool, existing } = build(1);
  pool.start();
  await settle();
  await pass(limits.warmMs - 1);
  expect([...existing]).toEqual(['s0']);
  await pass(1);
  expect([...existing]).toEqual(['s1']);
  await pool.close();
});

test('idle, it shrinks to one, and fills again with the next job', async () => {
  const { pool, admission, existing } = build(3);
  pool.start();
  await settle();
  await pass(limits.idleMs);
  expect([pool.size, existing.size]).toEqual([1, 1]);
  const sandbox = await pool.open('job', never);
  await sandbox[Symbol.asyncDispose]();
  await settle();
  expect(pool.size).toBe(3);
  admission.running = 1;
  await pass(limits.idleMs + 1000);
  expect(pool.size).toBe(3);
  await pool.close();
});

test('while all slots run nothing is warmed, until a job waits or one ends', async () => {
  const { pool, admission } = build(2);
  admission.running = 2;
  pool.start();
  await pass(limits.poolCheckMs * 2);
  expect(pool.size).toBe(0);
  admission.waiting = 1;
  await pass(limits.poolCheckMs);
  expect(pool.size).toBe(1);
  await pool.close();
});

test('closing removes all that are warm and the one that is on its way, and leaves the leased', async () => {
  const { pool, existing, faults, opened } = build(2);
  pool.start();
  await settle();
  const sandbox = await pool.open('job', never);
  const gate = Promise.withResolvers<void>();
  faults.gate = gate.promise;
  opened[1]?.sandbox.die();
  await pass(limits.warmPauseMs.first);
  expect(faults.creating).toBe(1);
  const closing = pool.close();
  gate.resolve();
  await closing;
  expect([...existing]).toEqual([sandbox.sandboxId]);
  expect(pool.close()).toBe(closing);
  await pass(limits.warmMs);
  expect(pool.size).toBe(0);
});

test('one that never gets ready does not hold up the close', async () => {
  const { pool, existing } = build(1, 'silence');
  pool.start();
  await settle();
  expect(existing.size).toBe(1);
  await pool.close();
  expect(existing.size).toBe(0);
});

describe.each(Array.from({ length: 20 }, (_, seed) => seed))('seed %i', (seed) => {
  test('never too many, none leaked, none handed out twice, whatever is leased, dies, fails and ends', async () => {
    const next = chance(seed);
    const slots = 1 + Math.floor(next() * 4);
    const { pool, admission, existing, faults, opened, state, live } = build(slots);
    const held: Sandbox[] = [];
    const handedOut = new Set<string>();
    let leases = 0;
    pool.start();
    for (let step = 0; step < 150; step += 1) {
      const dice = next();
      if (dice < 0.3 && held.length < slots) {
        const sandbox = await pool.open(`job${step}`, never).catch(() => undefined);
        if (sandbox) {
          leases += 1;
          handedOut.add(sandbox.sandboxId);
          held.push(sandbox);
          expect(live.jobOf(sandbox.sandboxId)).toBe(`job${step}`);
        }
      } else if (dice < 0.55) await held.splice(Math.floor(next() * held.length), 1)[0]?.[Symbol.asyncDispose]();
      else if (dice < 0.7) opened[Math.floor(next() * opened.length)]?.sandbox.die();
      else if (dice < 0.75) faults.error = new EngineError('unreachable');
      else if (dice < 0.85) delete (faults as { error?: Error }).error;
      else if (dice < 0.9) state.setEngineLost(next() < 0.5);
      else await pass(Math.floor(next() * limits.warmMs));
      admission.running = held.length;
      admission.waiting = Math.floor(next() * 3);
      if (next() < 0.7) await settle();
      if (pool.size > slots || existing.size > 2 * slots + 1) throw new Error(`too many after step ${step}`);
    }
    expect(leases).toBeGreaterThan(5);
    expect(handedOut.size).toBe(leases);
    expect(faults.mostCreating).toBe(1);
    await pool.close();
    expect([...existing].sort()).toEqual(held.map(({ sandboxId }) => sandboxId).sort());
    for (const sandbox of held) await sandbox[Symbol.asyncDispose]();
    expect(existing.size).toBe(0);
  });
});
