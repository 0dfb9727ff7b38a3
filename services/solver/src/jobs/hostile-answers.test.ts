// Promise R8: whatever a sandbox sends, and however it ends, the attempt ends in one outcome or one code of the table.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { AstrogateError, encodeEvent, isErrorCode, type OutcomeInit, type SolveEventInit } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { chance } from '../../test/chance.js';
import { LearnedHints } from '../hints/learned-hints.js';
import type { Ending, Sandbox } from '../sandbox/docker-sandbox.js';
import { EngineError } from '../sandbox/engine-error.js';
import { Pump } from '../sandbox/pump.js';
import { Admission } from './admission.js';
import { InFlight } from './in-flight.js';
import { JobReport } from './job-report.js';
import { solveJob } from './solve-job.js';

const versions = { sandbox: '1', astrometry: '1', node: '1' };
const failure = { failure: { code: 'image_unreadable', message: 'x', tried: [] }, timings: [], versions };
const notSolved = { notSolved: { tried: [], stars: [] }, timings: [], versions };
const progress = { stage: 'STAGE_SEARCH', detail: 'x', elapsedSeconds: 1 };

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** Any JSON value, and some that only look like one. */
function anything(random: Random, depth = 0): unknown {
  const flat = [null, true, -1, 1e308, '', '\u0000', 'x'.repeat(3000), '__proto__', [], {}];
  if (depth > 12 || random() < 0.5) return pick(random, flat);
  const key = pick(random, [
    'failure',
    'solution',
    'notSolved',
    'code',
    'timings',
    'versions',
    '__proto__',
    'constructor',
  ]);
  const inner = anything(random, depth + 1);
  return random() < 0.5 ? [inner, inner] : { [key]: inner };
}

function event(random: Random): Buffer {
  const bodies = [failure, notSolved, progress, { ...notSolved, [pick(random, ['failure', 'x'])]: anything(random) }];
  const kind = pick(random, ['ready', 'progress', 'progress', 'outcome'] as const);
  return encodeEvent(kind, random() < 0.7 ? pick(random, bodies) : anything(random));
}

/** `bytes` with a few of them changed, gone, or more. */
function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * copy.length);
  const dice = random();
  if (dice < 0.3 && copy.length > 0) copy.writeUInt8(Math.floor(random() * 256), at);
  else if (dice < 0.5) return copy.subarray(0, at);
  else if (dice < 0.6) return Buffer.concat([copy.subarray(0, at), Buffer.from([0xff, 0xfe, 0]), copy.subarray(at)]);
  return copy;
}

/** What comes over the socket: frames as the engine makes them, around events that may be damaged, cut at any place. */
function answer(random: Random): Buffer[] {
  const frames = Array.from({ length: Math.floor(random() * 6) }, () => {
    const bytes = random() < 0.5 ? event(random) : damaged(random, event(random));
    const head = Buffer.alloc(8);
    head.writeUInt8(random() < 0.8 ? 1 : Math.floor(random() * 4), 0);
    head.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  });
  const whole = Buffer.concat(frames);
  const sent = random() < 0.8 ? whole : damaged(random, whole);
  const size = 1 + Math.floor(random() * 2000);
  return Array.from({ length: Math.ceil(sent.length / size) }, (_, n) => sent.subarray(n * size, (n + 1) * size));
}

function endingOf(random: Random): Ending {
  const dice = random();
  if (dice < 0.2) throw new EngineError(pick(random, ['unreachable', 'not_found', 'conflict', 'refused'] as const));
  return { oomKilled: dice < 0.4, exitCode: Math.floor(random() * 256), killedByOthers: dice > 0.8 };
}

/** A fake sandbox that answers as `random` says, through the real pump. */
function hostile(random: Random, signal: AbortSignal): Sandbox {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const pump = new Pump(socket as Socket);
  signal.addEventListener('abort', () => pump.close(signal.reason), { once: true });
  const parts = answer(random);
  const ends = random() < 0.7;
  void (async () => {
    for (const part of parts) {
      socket.push(part);
      await turn();
    }
    if (ends) socket.push(null);
  })();
  return {
    sandboxId: 'box',
    output: pump,
    write: (bytes) => pump.write(bytes),
    events: () => pump.events(),
    ending: async () => endingOf(random),
    async [Symbol.asyncDispose]() {
      pump.close();
    },
  };
}

async function endOf(seed: number): Promise<{ outcomes: OutcomeInit[]; thrown: unknown[] }> {
  const random = chance(seed);
  const outcomes: OutcomeInit[] = [];
  const thrown: unknown[] = [];
  const admission = new Admission({ slots: 1, maxWaiting: 0, maxWaitMs: 1 });
  const inFlight = new InFlight();
  const job = {
    jobId: 'job',
    callerKey: 'me',
    uploadBytes: 1,
    order: {
      hints: { parity: 'PARITY_UNSPECIFIED' as const },
      guesses: [],
      limits: { maxSeconds: 0.02, maxStars: 1 },
      maxPixels: 1,
      allowRaw: false,
    },
    async *upload() {
      yield Buffer.from('a');
    },
    emit: ({ outcome }: SolveEventInit) => {
      if (outcome) outcomes.push(outcome as OutcomeInit);
    },
    report: new JobReport(),
  };
  const sandboxes = { open: async (_jobId: string, signal: AbortSignal) => hostile(random, signal) };
  const parts = { inFlight, admission, sandboxes, learned: new LearnedHints() };
  await solveJob(parts, job, new AbortController().signal).catch((error) => thrown.push(error));
  expect([admission.running, inFlight.size]).toEqual([0, 0]);
  return { outcomes, thrown };
}

/** What a caller would be told; undefined when nobody has a word for it. */
function wordFor({ outcomes: [outcome], thrown: [error] }: Awaited<ReturnType<typeof endOf>>): string | undefined {
  if (error) return error instanceof AstrogateError && error.code !== 'internal' ? error.code : undefined;
  if (outcome?.solution) return 'solved';
  if (outcome?.notSolved) return 'not_solved';
  return isErrorCode(outcome?.failure?.code) ? outcome.failure.code : undefined;
}

describe.each(Array.from({ length: 20 }, (_, block) => block * 20))('seeds from %i on', (first) => {
  test('twenty hostile answers end in exactly one word of the table each', async () => {
    for (let seed = first; seed < first + 20; seed += 1) {
      const end = await endOf(seed);
      expect({ seed, ends: end.outcomes.length + end.thrown.length }).toEqual({ seed, ends: 1 });
      expect({ seed, word: wordFor(end) }).toEqual({ seed, word: expect.any(String) });
    }
  });
});

test('the answers are of many kinds', async () => {
  const words = new Set<string | undefined>();
  for (let seed = 0; seed < 120; seed += 1) words.add(wordFor(await endOf(seed)));
  for (const word of [
    'not_solved',
    'image_unreadable',
    'solver_failed',
    'memory_limit',
    'timeout',
    'sandbox_unavailable',
  ])
    expect(words).toContain(word);
});
