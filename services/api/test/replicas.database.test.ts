// Several apis on one PostgreSQL, and one on PGlite: jobs go on when an api dies, in fair order, and without delay.

import { Readable } from 'node:stream';
import { createLogger } from '@astrogate/common';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Dispatcher } from '../src/jobs/dispatcher.js';
import type { Job } from '../src/jobs/job.js';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import type { Uploads } from '../src/spool/uploads.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeSolverClient, hold } from '../test-support/fake-solver-client.js';
import { aJob } from '../test-support/jobs.js';
import { solvedOutcome } from '../test-support/outcomes.js';
import { until } from '../test-support/running-api.js';

jest.setTimeout(120_000);

const log = createLogger('api', 'silent');
const uploads: Uploads = {
  keep: async () => 'k',
  open: async () => Readable.from([Buffer.from('x')]),
  remove: async () => {},
  async *unchangedSince() {},
  check: async () => {},
  close: () => {},
};

interface Api extends AsyncDisposable {
  readonly solver: FakeSolverClient;
  readonly dispatcher: Dispatcher;
  readonly store: JobStore;
  readonly ended: Job[];
  /** Seconds from a waiting job and a free slot to the attempt. */
  readonly dispatched: number[];
}

async function runDispatcher(database: TestDatabase, leaseMs = 10_000): Promise<Api> {
  const solver = new FakeSolverClient();
  const store = await openJobStore(await database.open(), { leaseMs });
  const [ended, dispatched]: [Job[], number[]] = [[], []];
  const dispatcher = new Dispatcher({
    ...{ solver, store, uploads, log, queueLimit: 1000, now: () => new Date() },
    onEnd: (job) => ended.push(job),
    onDispatch: (seconds) => dispatched.push(seconds),
  });
  await dispatcher.start();
  return {
    ...{ solver, dispatcher, store, ended, dispatched },
    async [Symbol.asyncDispose]() {
      await dispatcher.drain(AbortSignal.abort());
      await dispatcher.close();
      await store.close();
    },
  };
}

const aNewJob = (parts: Partial<Job> = {}) => aJob({ id: newId(), createdAt: new Date(), retryMs: 60_000, ...parts });

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await start();
    });
    beforeEach(() => database.empty());
    afterAll(() => database?.end());

    test('a job that is submitted while a slot is free is dispatched at once', async () => {
      await using api = await runDispatcher(database);
      for (let i = 0; i < 10; i++) {
        await api.dispatcher.submit(aNewJob());
        await until(() => api.ended.length === i + 1);
      }
      const [median] = api.dispatched.sort((a, b) => a - b).slice(5);
      // 20 ms is promised on a quiet machine; a look at the store every two seconds would take half a second here.
      expect(median).toBeLessThan(0.5);
    });

    test('one caller’s hundred frames do not keep another one waiting', async () => {
      await using api = await runDispatcher(database);
      const order: string[] = [];
      const frames = Array.from({ length: 40 }, () => aNewJob({ callerKey: 'many' }));
      api.solver.slots = 1;
      api.solver.script = async (held, nth) => {
        order.push(held.attempt.callerKey);
        if (nth === 5) await api.dispatcher.submit(aNewJob({ callerKey: 'one' }));
        held.options.onAccepted();
        held.end.resolve(solvedOutcome);
      };
      for (const frame of frames) await api.store.submit(frame, 1000);
      await until(() => api.ended.length === 41);
      expect(order.indexOf('one')).toBeLessThanOrEqual(order.length - 30);
      expect(order.slice(5, 8)).toContain('one');
    });

    if (name === 'PGlite') return;

    test('jobs are shared by apis, each has one attempt and one end', async () => {
      await using a = await runDispatcher(database);
      await using b = await runDispatcher(database);
      const jobs = Array.from({ length: 30 }, () => aNewJob());
      for (const [i, job] of jobs.entries()) await (i % 2 ? a : b).dispatcher.submit(job);
      await until(() => a.ended.length + b.ended.length === jobs.length);
      const attempted = [...a.solver.attempts, ...b.solver.attempts].map(({ attempt }) => attempt.jobId);
      expect(attempted.sort()).toEqual(jobs.map(({ id }) => id).sort());
      expect([...a.ended, ...b.ended].every(({ status }) => status === 'solved')).toBe(true);
    });

    test('whoever waits at one api hears of a job that another one ends', async () => {
      await using a = await runDispatcher(database);
      await using b = await runDispatcher(database);
      a.solver.script = hold;
      b.solver.script = hold;
      const job = aNewJob();
      await a.dispatcher.submit(job);
      const waiting = b.dispatcher.ended(job.id, AbortSignal.timeout(30_000));
      await until(() => a.solver.attempts.length + b.solver.attempts.length === 1);
      for (const { end } of [...a.solver.attempts, ...b.solver.attempts]) end.resolve(solvedOutcome);
      expect(await waiting).toMatchObject({ id: job.id, status: 'solved' });
    });

    test('an api that cannot renew its leases stops its attempts, and another one makes them again', async () => {
      await using cut = await runDispatcher(database, 1_000);
      cut.solver.script = hold;
      const job = aNewJob();
      await cut.dispatcher.submit(job);
      const first = await cut.solver.attempt(1);
      // As with a cable that is pulled, as far as this job goes: no renewal gets through.
      Object.assign(cut.store, { renew: () => new Promise(() => {}), claim: async () => [] });
      await using whole = await runDispatcher(database);
      const second = await whole.solver.attempt(1);
      expect(second.attempt.jobId).toBe(job.id);
      expect(first.options.signal.aborted).toBe(true);
      await until(() => whole.ended.length === 1);
      expect(cut.ended).toEqual([]);
    });
  });
}
