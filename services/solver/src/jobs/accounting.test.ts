// Promise R9: after any number of chaotic jobs, permits, attempts and sandboxes are as at the start.
import { setImmediate as turn } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { chance } from '../../test/chance.js';
import { LearnedHints } from '../hints/learned-hints.js';
import type { Sandbox } from '../sandbox/docker-sandbox.js';
import { EngineError } from '../sandbox/engine-error.js';
import type { SandboxEvent } from '../sandbox/pump.js';
import { Admission } from './admission.js';
import { InFlight } from './in-flight.js';
import { JobReport } from './job-report.js';
import { solveJob } from './solve-job.js';

const notSolved = {
  notSolved: { tried: [], stars: [] },
  timings: [],
  versions: { sandbox: '1', astrometry: '1', node: '1' },
};
const limits = { slots: 3, maxWaiting: 5, maxWaitMs: 20 };

/** Fake sandboxes that fail wherever chance wants it, and how many of them exist. */
function chaoticSandboxes(random: () => number) {
  const counts = { now: 0, most: 0 };
  const pause = async () => {
    for (let n = Math.floor(random() * 4); n > 0; n -= 1) await turn();
  };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const answer = async (signal: AbortSignal): Promise<SandboxEvent | undefined> => {
    await pause();
    const dice = random();
    if (dice < 0.4) return { kind: 'outcome', json: Buffer.from(dice < 0.3 ? JSON.stringify(notSolved) : '{') };
    if (dice < 0.6) return await untilAborted(signal);
    if (dice < 0.7) throw new EngineError('unreachable');
    return undefined;
  };
  const open = async (_jobId: string, signal: AbortSignal): Promise<Sandbox> => {
    await pause();
    if (random() < 0.2) throw new EngineError('refused');
    if (random() < 0.1) return await untilAborted(signal);
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    return {
      sandboxId: 'box',
      output: { stdoutBytes: 0, stderrBytes: 0, stderrTail: '' },
      write: async () => {
        await pause();
        if (random() < 0.05) throw new AstrogateError('solver_failed');
      },
      async *events() {
        const event = await answer(signal);
        if (event) yield event;
      },
      ending: async () => {
        if (random() < 0.2) throw new EngineError('unreachable');
        return { oomKilled: random() < 0.3, exitCode: 1, killedByOthers: random() < 0.3 };
      },
      async [Symbol.asyncDispose]() {
        await pause();
        counts.now -= 1;
      },
    };
  };
  return { counts, open };
}

describe.each(Array.from({ length: 10 }, (_, seed) => seed))('seed %i', (seed) => {
  test('a hundred jobs that fail, leave, wait in vain or come twice give back all that they took', async () => {
    const random = chance(seed);
    const admission = new Admission(limits);
    const inFlight = new InFlight();
    const { counts, open } = chaoticSandboxes(random);
    const parts = { inFlight, admission, sandboxes: { open }, learned: new LearnedHints() };
    const run = async (jobId: string) => {
      const caller = new AbortController();
      const upload = async function* (signal: AbortSignal) {
        yield Buffer.from('a');
        await turn();
        signal.throwIfAborted();
        if (random() < 0.1) throw new AstrogateError('upload_mismatch');
      };
      const order = {
        hints: { parity: 'PARITY_UNSPECIFIED' as const },
        guesses: [],
        limits: { maxSeconds: 0.005, maxStars: 1 },
        maxPixels: 1,
        allowRaw: false,
      };
      const report = new JobReport();
      const job = { jobId, callerKey: '', uploadBytes: 1, order, upload, emit: () => {}, report };
      const ended = solveJob(parts, job, caller.signal).catch(() => {});
      // Of those that hang while they open, only the caller's leave is an end.
      const patience = setTimeout(() => caller.abort(new AstrogateError('cancelled')), random() * 30);
      await ended;
      clearTimeout(patience);
    };
    const jobs: Promise<void>[] = [];
    for (let n = 0; n < 100; n += 1) {
      jobs.push(run(`job-${Math.floor(random() * 90)}`));
      if (random() < 0.6) await turn();
    }
    await Promise.all(jobs);
    const left = { running: admission.running, waiting: admission.waiting, inFlight: inFlight.size, open: counts.now };
    expect(left).toEqual({ running: 0, waiting: 0, inFlight: 0, open: 0 });
    expect(counts.most).toBeGreaterThan(0);
    expect(counts.most).toBeLessThanOrEqual(limits.slots);
    const never = new AbortController().signal;
    const permits = await Promise.all(Array.from({ length: limits.slots }, () => admission.admit(never)));
    expect(permits).toHaveLength(limits.slots);
  });
});
