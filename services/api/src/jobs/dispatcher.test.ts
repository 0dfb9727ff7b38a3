// Promise R3 on the api's side: one recorded end per job, whatever happens to its attempts.
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { aJob } from '../../test-support/jobs.js';
import { failedOutcome, notSolvedOutcome, solvedOutcome } from '../../test-support/outcomes.js';
import type { Uploads } from '../spool/uploads.js';
import { Dispatcher } from './dispatcher.js';
import { hasEnded } from './job.js';

/** Numbers from 0 up to 1, the same every time (a linear congruence is chance enough here). */
function chance(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const outcomes = [solvedOutcome, notSolvedOutcome, failedOutcome('image_unreadable')];
const codes = ['busy', 'solver_unavailable', 'sandbox_unavailable', 'internal', 'timeout'] as const;

/** A solver that solves, refuses, breaks off, says things twice, or hangs until it is cancelled. */
function chaoticSolver(random: () => number, cancel: (jobId: string) => void): FakeSolverClient {
  const solver = new FakeSolverClient();
  const one = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  solver.script = async ({ attempt, options, end }) => {
    if (random() < 0.7) options.onAccepted();
    if (random() < 0.3) options.onProgress({ stage: 'STAGE_SEARCH', detail: '', elapsedSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, random() * 5));
    const dice = random();
    if (dice < 0.5) end.resolve(one(outcomes));
    if (dice > 0.4 && dice < 0.8) end.reject(new AstrogateError(one(codes)));
    // In the same moment, when the answer is on its way already.
    if (random() < 0.2) cancel(attempt.jobId);
    // What is left hangs.
  };
  return solver;
}

describe.each(Array.from({ length: 5 }, (_, seed) => seed))('seed %i', (seed) => {
  test('sixty chaotic jobs end once each, and each upload is removed once', async () => {
    const random = chance(seed);
    const store = new FakeJobStore();
    const ended: string[] = [];
    const removed: string[] = [];
    const dispatcher: Dispatcher = new Dispatcher({
      solver: chaoticSolver(random, (id) => void dispatcher.cancel(id)),
      store,
      // Fake uploads: they count.
      uploads: { remove: async () => void removed.push('upload') } as unknown as Uploads,
      log: createLogger('test', 'silent'),
      queueLimit: 1000,
      now: () => new Date(),
      onEnd: ({ id }) => void ended.push(id),
      onDispatch: () => {},
    });
    await dispatcher.start();
    const ids = Array.from({ length: 60 }, (_, n) => `job-${n}`);
    const waits = ids.map(async (id) => {
      await dispatcher.submit(aJob({ id, retryMs: random() < 0.2 ? 300 : 0 }));
      const end = dispatcher.ended(id, new AbortController().signal);
      // Those that hang end by their caller; others are cancelled at any moment, and twice.
      setTimeout(() => void dispatcher.cancel(id), 20 + random() * 400);
      if (random() < 0.3) setTimeout(() => void dispatcher.cancel(id), random() * 20);
      return await end;
    });
    const jobs = await Promise.all(waits);
    const before = await Promise.all(ids.map((id) => store.get(id)));
    await dispatcher.drain(AbortSignal.abort());
    await Promise.all(ids.map((id) => dispatcher.cancel(id)));
    expect(jobs.every((job) => job && hasEnded(job))).toBe(true);
    expect(ended.toSorted()).toEqual(ids.toSorted());
    expect(removed).toHaveLength(ids.length);
    expect(await Promise.all(ids.map((id) => store.get(id)))).toEqual(before);
    // A slot comes back when its call has ended, a moment after the job.
    while (dispatcher.running > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await dispatcher.waiting()).toBe(0);
    await dispatcher.close();
  });
});
