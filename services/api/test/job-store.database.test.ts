// What a job store promises, on both databases and on the fake of the unit tests.
import { randomBytes } from 'node:crypto';
import type { SolutionMessage } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AuditAct } from '../src/audit/audit.js';
import type { Job } from '../src/jobs/job.js';
import type { JobFilter, JobListener, JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeJobStore } from '../test-support/fake-job-store.js';
import { aJob } from '../test-support/jobs.js';
import { failedOutcome, notSolvedOutcome, solvedOutcome } from '../test-support/outcomes.js';
import { until } from '../test-support/running-api.js';

interface Place {
  /** A store on the same jobs as the others, as of another api. */
  store(leaseMs: number): Promise<JobStore>;
  empty(): Promise<void>;
  end(): Promise<void>;
}

const fake = {
  name: 'the fake',
  missing: undefined,
  async start(): Promise<Place> {
    let first = new FakeJobStore();
    return {
      store: async (leaseMs) => new FakeJobStore(leaseMs, first.rows),
      empty: async () => {
        first = new FakeJobStore();
      },
      end: async () => {},
    };
  },
};

const real = databaseKinds.map(({ name, missing, start }) => ({
  name,
  missing,
  async start(): Promise<Place> {
    const database: TestDatabase = await start();
    return {
      store: async (leaseMs) => openJobStore(await database.open(), { leaseMs }),
      empty: database.empty,
      end: database.end,
    };
  },
}));

/** Both databases work for several other tests at the same time. */
jest.setTimeout(60_000);

const leaseMs = 600_000;
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const job = (parts: Partial<Job> = {}): Job => aJob({ id: newId(), createdAt: at(0), ...parts });

for (const { name, missing, start } of [fake, ...real]) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: Place;
    let store: JobStore;
    beforeAll(async () => {
      place = await start();
      store = await place.store(leaseMs);
    }, 60_000);
    beforeEach(async () => {
      await place.empty();
      if (name === fake.name) store = await place.store(leaseMs);
    });
    afterAll(() => place?.end(), 30_000);

    const submit = async (parts: Partial<Job> = {}): Promise<Job> => {
      const made = job(parts);
      await store.submit(made, 1000);
      return made;
    };
    const take = async (from: JobStore = store, now = at(1)) => {
      const [claim] = await from.claim(1, now);
      if (!claim) throw new Error('there was nothing to take');
      return claim;
    };

    test('a job comes back as it was submitted', async () => {
      const made = await submit({
        upload: { bytes: 3, sha256: 'ab', format: 'IMAGE_FORMAT_FITS', name: undefined, key: 'k.upload' },
        hints: { parity: 'PARITY_NORMAL', ra: 83.8220833333, scaleLow: 1e-7, widthHigh: 0.1 + 0.2 },
        guesses: [{ source: 'HINT_SOURCE_HEADER', ra: 359.99999999, parity: 'PARITY_UNSPECIFIED' }],
      });
      expect(await store.get(made.id)).toEqual(made);
      expect(await store.get(newId())).toBeUndefined();
    });

    test('every outcome comes back as it was recorded, bytes included', async () => {
      for (const outcome of [solvedOutcome, notSolvedOutcome, failedOutcome('timeout')]) {
        const { id } = await submit();
        const ended = await store.finish(await take(), { outcome }, { startedAt: at(1), at: at(2) });
        expect(ended?.outcome).toEqual(outcome);
        const kept = await store.get(id);
        expect(kept).toEqual(ended);
        if (outcome.solution) expect(Buffer.isBuffer(kept?.outcome?.solution?.wcs?.header)).toBe(true);
      }
    });

    test('characters that a database cannot hold do not keep a job from ending', async () => {
      const { id } = await submit();
      await store.finish(
        await take(),
        { failure: { code: 'solver_failed', message: 'a\0b\ud800c' } },
        { startedAt: undefined, at: at(2) },
      );
      expect((await store.get(id))?.failure?.message).toMatch(/^a.b.c$/u);
    });

    test('a job is taken once, and its attempt has a number', async () => {
      const { id } = await submit();
      const [first, second] = await Promise.all([store.claim(5, at(1)), store.claim(5, at(1))]);
      const claims = [...first, ...second];
      expect(claims).toHaveLength(1);
      expect(claims[0]).toMatchObject({ id, attempt: 1, broken: 0, triedAt: at(1), readyAt: at(0) });
      expect(claims[0]?.job).toEqual(await store.get(id));
    });

    test('a full queue is busy, and what runs is not in it', async () => {
      await submit();
      await submit();
      await expect(store.submit(job(), 2)).rejects.toMatchObject({ code: 'busy' });
      expect(await store.waiting()).toBe(2);
      await take();
      expect(await store.waiting()).toBe(1);
      await store.submit(job(), 2);
    });

    test('one caller with many jobs does not keep another one waiting', async () => {
      for (let i = 0; i < 12; i++) await submit({ callerKey: 'many', createdAt: at(0) });
      await store.claim(4, at(1));
      await submit({ callerKey: 'one', createdAt: at(1) });
      const next = await store.claim(2, at(2));
      expect(next.map((claim) => claim.job.callerKey)).toContain('one');
    });

    test('jobs of one caller are taken in their order', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push((await submit()).id);
      const taken: string[] = [];
      for (let i = 0; i < 5; i++) taken.push((await take()).id);
      expect(taken).toEqual(ids);
    });

    test('a running job shows its progress, and none when it has ended', async () => {
      const { id } = await submit();
      const claim = await take();
      const progress = { stage: 'STAGE_SEARCH', detail: 'plain', elapsedSeconds: 0.5 } as const;
      await store.advance(claim, progress);
      expect(await store.get(id)).toMatchObject({ status: 'queued' });
      await store.start(claim, at(2));
      await store.advance(claim, progress);
      expect(await store.get(id)).toMatchObject({ status: 'running', startedAt: at(2), progress });
      await store.finish(claim, { outcome: solvedOutcome }, { startedAt: at(2), at: at(3) });
      const ended = await store.get(id);
      expect(ended).toMatchObject({ status: 'solved', startedAt: at(2), finishedAt: at(3) });
      expect(ended?.progress).toBeUndefined();
    });

    test('an ended job stays as it ended', async () => {
      const { id } = await submit();
      const claim = await take();
      const ended = await store.cancel(id, at(2));
      expect(ended).toMatchObject({ status: 'cancelled', finishedAt: at(2) });
      const late = { startedAt: at(1), at: at(3) };
      expect(await store.finish(claim, { outcome: solvedOutcome }, late)).toBeUndefined();
      await store.start(claim, at(3));
      await store.putBack(claim, { isBroken: false, readyAt: at(3) });
      expect(await store.cancel(id, at(4))).toBeUndefined();
      expect([...(await store.renew([claim]))]).toEqual([]);
      expect(await store.get(id)).toEqual(ended);
      expect(await store.claim(1, at(5))).toEqual([]);
    });

    test('a cancelled or deleted job is not taken', async () => {
      const [cancelled, deleted] = [await submit(), await submit()];
      await store.cancel(cancelled.id, at(1));
      await store.delete(deleted.id);
      expect(await store.get(deleted.id)).toBeUndefined();
      expect(await store.claim(5, at(2))).toEqual([]);
      expect(await store.waiting()).toBe(0);
    });

    test('what is put back is taken again, as a further attempt, not before its time', async () => {
      const { id } = await submit();
      const first = await take();
      await store.start(first, at(2));
      const soon = new Date(Date.now() + 1500);
      await store.putBack(first, { isBroken: true, readyAt: soon });
      const waiting = await store.get(id);
      expect(waiting?.status).toBe('queued');
      expect(waiting?.startedAt).toBeUndefined();
      expect(await store.claim(1, new Date())).toEqual([]);
      await until(async () => (await store.waiting()) === 1 && Date.now() > soon.getTime());
      const second = await store.claim(1, new Date());
      expect(second).toMatchObject([{ id, attempt: 2, broken: 1, triedAt: at(1), readyAt: soon }]);
      // The first one is fenced off.
      expect(await store.finish(first, { cancelled: true }, { startedAt: undefined, at: at(9) })).toBeUndefined();
      await store.putBack(first, { isBroken: true, readyAt: at(9) });
      expect([...(await store.renew([first]))]).toEqual([]);
      expect([...(await store.renew(second))]).toEqual([id]);
    });

    describe('two apis', () => {
      test('what a dead one had is taken back when its lease has lapsed, and what it still says is not heard', async () => {
        const dying = await place.store(50);
        const { id } = await submit();
        const lost = await take(dying);
        await dying.start(lost, at(2));
        await until(async () => {
          await store.takeBack([], 5, at(3));
          return (await store.get(id))?.status === 'queued';
        });
        expect([...(await dying.renew([lost]))]).toEqual([]);
        expect(await dying.finish(lost, { cancelled: true }, { startedAt: at(2), at: at(4) })).toBeUndefined();
        expect(await take(store, at(5))).toMatchObject({ id, attempt: 2, broken: 1 });
      });

      test('what a live one has is left to it', async () => {
        const claim = { ...(await submit()), ...(await take()) };
        await store.start(claim, at(2));
        await store.takeBack([claim.id], 5, at(3));
        expect([...(await store.renew([claim]))]).toEqual([claim.id]);
      });

      test('a job that is lost again and again ends', async () => {
        const dying = await place.store(1);
        const { id } = await submit();
        const ends: Job[] = [];
        for (let broken = 1; broken <= 3; broken++) {
          await dying.start(await take(dying, at(5)), at(5));
          await until(async () => {
            ends.push(...(await store.takeBack([], 3, at(3))));
            return (await store.get(id))?.status !== 'running';
          });
        }
        expect(ends).toMatchObject([{ id, status: 'failed', failure: { code: 'internal' }, finishedAt: at(3) }]);
        expect(await store.get(id)).toEqual(ends[0]);
        expect(await store.claim(1, at(4))).toEqual([]);
      });

      test('hear of new and ended jobs of each other', async () => {
        const heard: string[] = [];
        const listener: JobListener = {
          queued: () => heard.push('queued'),
          ended: (id) => heard.push(`ended ${id}`),
          gap: () => {},
        };
        const other = await place.store(leaseMs);
        const stop = await other.listen(listener);
        const { id } = await submit();
        await until(() => heard.includes('queued'));
        const claim = await take();
        await store.start(claim, at(2));
        await store.finish(claim, { outcome: solvedOutcome }, { startedAt: at(2), at: at(3) });
        await until(() => heard.includes(`ended ${id}`));
        await stop();
        expect(heard).toEqual(['queued', `ended ${id}`]);
      });
    });

    test('many at once: every job is taken once and ends once', async () => {
      const stores = [store, await place.store(leaseMs), await place.store(leaseMs)];
      const jobs = Array.from({ length: 24 }, (_, i) => job({ callerKey: `caller${i % 5}` }));
      await Promise.all(jobs.map((made, i) => stores[i % 3]?.submit(made, 1000)));
      const ends: string[] = [];
      const work = async (own: JobStore) => {
        for (;;) {
          const claims = await own.claim(2, new Date());
          if (claims.length === 0) return;
          for (const claim of claims) {
            await own.start(claim, at(2));
            const ended = await own.finish(claim, { outcome: notSolvedOutcome }, { startedAt: at(2), at: at(3) });
            if (ended) ends.push(ended.id);
          }
        }
      };
      await Promise.all([...stores, ...stores].map(work));
      expect(ends.sort()).toEqual(jobs.map(({ id }) => id).sort());
    });

    test('old and surplus ended jobs are forgotten, never others', async () => {
      const ids = [];
      for (const seconds of [10, 20, 30]) {
        const { id } = await submit();
        ids.push(id);
        await store.cancel(id, at(seconds));
      }
      const { id: queued } = await submit();
      const keepMs = 3_600_000;
      await store.forgetEnded({ now: at(3615), keepMs, keepJobs: 1, keepBytes: 2 ** 30 });
      const left = await Promise.all([...ids, queued].map((id) => store.get(id)));
      expect(left.map((kept) => kept?.id)).toEqual([undefined, undefined, ids[2], queued]);
    });

    test('what ended jobs take is bounded: the oldest go first', async () => {
      const ids: string[] = [];
      for (const seconds of [10, 20, 30]) {
        ids.push((await submit()).id);
        await store.finish(await take(), { outcome: solvedOutcome }, { startedAt: at(1), at: at(seconds) });
      }
      const keeping = { now: at(40), keepMs: 3_600_000, keepJobs: 100 };
      await store.forgetEnded({ ...keeping, keepBytes: 2 ** 30 });
      expect(await Promise.all(ids.map(async (id) => (await store.get(id)) !== undefined))).toEqual([true, true, true]);
      // One takes a kilobyte for its rows, and what its solution takes.
      await store.forgetEnded({ ...keeping, keepBytes: 2 * 4_500 });
      const left = await Promise.all(ids.map(async (id) => (await store.get(id)) !== undefined));
      expect(left.at(-1)).toBe(true);
      expect(left[0]).toBe(false);
      await store.forgetEnded({ ...keeping, keepBytes: 1 });
      expect(await store.get(ids[2] as string)).toBeUndefined();
    });

    describe('what happened to a job', () => {
      const progress = { stage: 'STAGE_SEARCH', detail: 'plain', elapsedSeconds: 0.5 } as const;

      test('is told in order, whole and once', async () => {
        const { id } = await submit();
        await submit();
        const claim = await take();
        await store.start(claim, at(2));
        await store.advance(claim, progress);
        const soFar = await store.events(id, 0, 10);
        expect(soFar?.hasEnded).toBe(false);
        await store.finish(claim, { outcome: solvedOutcome }, { startedAt: at(2), at: at(3) });
        const all = await store.events(id, 0, 10);
        expect(all?.hasEnded).toBe(true);
        expect(all?.events.map(({ seq: _, at: __, ...event }) => event)).toEqual([
          { status: 'queued', attempt: 0 },
          { status: 'queued', attempt: 1 },
          { status: 'running', attempt: 1 },
          { status: 'running', attempt: 1, progress },
          { status: 'solved', attempt: 1 },
        ]);
        expect(all?.events.slice(0, 4)).toEqual(soFar?.events);
        const seqs = all?.events.map(({ seq }) => seq) ?? [];
        expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
        expect(all?.events.every((event) => event.at instanceof Date)).toBe(true);
      });

      test('is told page by page', async () => {
        const { id } = await submit();
        await store.cancel(id, at(2));
        const [first, second] = (await store.events(id, 0, 10))?.events ?? [];
        expect(await store.events(id, 0, 1)).toEqual({ events: [first], hasEnded: true });
        expect(await store.events(id, first?.seq ?? 0, 1)).toEqual({ events: [second], hasEnded: true });
        expect(await store.events(id, second?.seq ?? 0, 1)).toEqual({ events: [], hasEnded: true });
      });

      test('goes with the job', async () => {
        const { id } = await submit();
        await store.delete(id);
        expect(await store.events(id, 0, 10)).toBeUndefined();
        expect(await store.events(newId(), 0, 10)).toBeUndefined();
      });

      test('is noticed by whoever listens, and wakes nobody who waits for work', async () => {
        const heard: string[] = [];
        const worker = { queued: () => heard.push('work'), ended: () => {}, gap: () => {} };
        const changed = (id: string) => heard.push(id);
        const watcher = { queued: () => {}, ended: () => {}, gap: () => {}, changed };
        const other = await place.store(leaseMs);
        const stops = [await other.listen(worker), await other.listen(watcher)];
        const { id } = await submit();
        const claim = await take();
        const hears = async (act: () => Promise<unknown>) => {
          const before = heard.length;
          await act();
          await until(() => heard.length > before);
          return heard.slice(before);
        };
        await until(() => heard.includes('work') && heard.includes(id));
        expect(await hears(() => store.start(claim, at(2)))).toEqual([id]);
        expect(await hears(() => store.advance(claim, progress))).toEqual([id]);
        expect(await hears(() => store.cancel(id, at(3)))).toEqual([id]);
        expect(await hears(() => store.delete(id))).toEqual([id]);
        for (const stop of stops) await stop();
        await other.close();
      });
    });

    describe('the list', () => {
      const ownerKey = 'owner';
      const all = { ownerKey, statuses: [], limit: 100 };
      const idsOf = async (filter: Partial<JobFilter>) => (await store.list({ ...all, ...filter })).map(({ id }) => id);

      test('has the jobs of one owner, newest first', async () => {
        const ids: string[] = [];
        for (const seconds of [0, 1, 2]) ids.unshift((await submit({ ownerKey, createdAt: at(seconds) })).id);
        await submit({ ownerKey: 'other' });
        await submit();
        expect(await idsOf({})).toEqual(ids);
        expect(await idsOf({ limit: 2 })).toEqual(ids.slice(0, 2));
        expect(await idsOf({ ownerKey: 'nobody' })).toEqual([]);
      });

      test('can be filtered by status and time', async () => {
        const ids: string[] = [];
        for (const seconds of [0, 1, 2]) ids.push((await submit({ ownerKey, createdAt: at(seconds) })).id);
        const [first, second, third] = ids;
        await store.cancel(third as string, at(5));
        const claim = await take();
        await store.start(claim, at(3));
        expect(claim.id).toBe(first);
        expect(await idsOf({ statuses: ['cancelled'] })).toEqual([third]);
        expect(await idsOf({ statuses: ['running', 'queued'] })).toEqual([second, first]);
        expect(await idsOf({ createdAfter: at(0) })).toEqual([third, second]);
        expect(await idsOf({ createdBefore: at(2) })).toEqual([second, first]);
        expect(await idsOf({ createdAfter: at(0), createdBefore: at(2) })).toEqual([second]);
      });

      test('is the same page by page, also with jobs of one moment and while others come', async () => {
        for (let i = 0; i < 12; i++) await submit({ ownerKey, createdAt: at(Math.floor(i / 5)) });
        const whole = await idsOf({});
        const walked: string[] = [];
        for (let behind: JobFilter['behind'] | undefined; ; ) {
          const page = await store.list({ ...all, limit: 3, ...(behind && { behind }) });
          walked.push(...page.map(({ id }) => id));
          behind = page.at(-1);
          if (!behind) break;
          await submit({ ownerKey, createdAt: at(10) });
        }
        expect(walked).toEqual(whole);
      });

      test('shows where a picture points, and not its stars', async () => {
        await submit({ ownerKey });
        await store.finish(await take(), { outcome: solvedOutcome }, { startedAt: at(1), at: at(2) });
        await submit({ ownerKey, createdAt: at(-1) });
        await store.finish(await take(), { outcome: failedOutcome('timeout') }, { startedAt: at(1), at: at(2) });
        const [solved, failed] = await store.list(all);
        const { stars: _, matched: __, wcs: ___, ...rest } = solvedOutcome.solution as SolutionMessage;
        expect(solved).toMatchObject({ status: 'solved', startedAt: at(1), finishedAt: at(2) });
        expect(solved?.outcome).toEqual({ solution: rest });
        expect(failed).toMatchObject({ status: 'failed', failure: { code: 'timeout' } });
        expect(failed?.outcome).toBeUndefined();
      });
    });

    describe('the place in the queue', () => {
      test('is the order in which jobs are taken', async () => {
        const submitted: string[] = [];
        const callers = ['a', 'a', 'b', 'a', 'c', 'b'];
        for (const [i, callerKey] of callers.entries())
          submitted.push((await submit({ callerKey, createdAt: at(i) })).id);
        const places = await Promise.all(submitted.map(async (id) => [(await store.place(id))?.ahead, id] as const));
        const expected = places.toSorted(([a = 0], [b = 0]) => a - b);
        expect(expected.map(([ahead]) => ahead)).toEqual([0, 1, 2, 3, 4, 5]);
        const taken = [];
        for (const _ of callers) taken.push((await take(store, at(60))).id);
        expect(taken).toEqual(expected.map(([, id]) => id));
      });

      test('is none for a job that is taken, has ended, or is not there', async () => {
        const { id } = await submit();
        const { id: cancelled } = await submit();
        await store.cancel(cancelled, at(1));
        await take();
        for (const gone of [id, cancelled, newId()]) expect(await store.place(gone)).toBeUndefined();
      });

      test('comes with the mean time of the last attempts, of those that were not cancelled', async () => {
        for (const seconds of [2, 4]) {
          await submit();
          await store.finish(await take(), { outcome: notSolvedOutcome }, { startedAt: at(0), at: at(seconds) });
        }
        const { id: cancelled } = await submit();
        await store.start(await take(), at(0));
        await store.cancel(cancelled, at(600));
        const { id } = await submit();
        expect(await store.place(id)).toEqual({ ahead: 0, runSeconds: 3 });
      });

      test('comes without a time when no attempt has ended', async () => {
        const { id } = await submit();
        expect(await store.place(id)).toEqual({ ahead: 0, runSeconds: undefined });
      });
    });

    describe('a request with a key', () => {
      const once = { scope: 'caller', key: 'key', requestHash: 'hash' };

      test('makes one job, however often and wherever it comes', async () => {
        const other = await place.store(leaseMs);
        const stores = [store, other];
        const kept = await Promise.all(
          Array.from({ length: 20 }, (_, i) => (stores[i % 2] as JobStore).submit(job(), 1000, { once })),
        );
        await other.close();
        expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
        expect(await store.waiting()).toBe(1);
        expect(await store.isKnown(once, at(0))).toBe(true);
      });

      test('is answered with its job after that has ended, and when the queue is full', async () => {
        const made = await store.submit(job(), 1, { once });
        expect((await store.submit(job(), 1, { once })).id).toBe(made.id);
        const ended = await store.finish(await take(), { outcome: solvedOutcome }, { startedAt: at(1), at: at(2) });
        expect(await store.submit(job(), 0, { once })).toEqual(ended);
      });

      test('is refused when it asks for something else', async () => {
        await store.submit(job(), 1000, { once });
        const other = store.submit(job(), 1000, { once: { ...once, requestHash: 'other' } });
        await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' });
        expect(await store.waiting()).toBe(1);
      });

      test('has nothing to do with the same key of somebody else', async () => {
        await store.submit(job(), 1000, { once });
        const other = { ...once, scope: 'somebody else' };
        expect(await store.isKnown(other, at(0))).toBe(false);
        await store.submit(job(), 1000, { once: { ...other, requestHash: 'other' } });
        expect(await store.waiting()).toBe(2);
      });

      test('makes another job when its key has lapsed, or its job is gone', async () => {
        const day = 86_400;
        const first = await store.submit(job(), 1000, { once });
        expect((await store.submit(job({ createdAt: at(day - 1) }), 1000, { once })).id).toBe(first.id);
        expect(await store.isKnown(once, at(day))).toBe(false);
        const second = await store.submit(job({ createdAt: at(day) }), 1000, {
          once: { ...once, requestHash: 'other' },
        });
        expect(second.id).not.toBe(first.id);
        await store.delete(second.id);
        expect(await store.isKnown(once, at(day))).toBe(false);
        const third = await store.submit(job({ createdAt: at(day) }), 1000, { once });
        expect(third.id).not.toBe(second.id);
      });
    });

    describe('what a caller does to a job', () => {
      const actOn = (id: string, act: 'job.cancel' | 'job.delete'): AuditAct => ({
        ...{ act, actor: 'user:u1', address: '192.0.2.7', target: `job:${id}`, result: 'done', requestId: 'r1' },
      });
      const told = async (id: string) =>
        (await store.audit.list({ acts: [], target: `job:${id}`, limit: 10 })).map(({ act, detail }) => [act, detail]);

      test('stands in the audit log once, and only where it has happened', async () => {
        const { id } = await submit();
        await store.cancel(id, at(1), actOn(id, 'job.cancel'));
        await store.cancel(id, at(2), actOn(id, 'job.cancel'));
        await store.delete(id, actOn(id, 'job.delete'));
        await store.delete(id, actOn(id, 'job.delete'));
        expect(await told(id)).toEqual([
          ['job.delete', { status: 'cancelled' }],
          ['job.cancel', {}],
        ]);
      });

      test('is not in it when nobody is to be told of', async () => {
        const { id } = await submit();
        await store.cancel(id, at(1));
        await store.delete(id);
        expect(await told(id)).toEqual([]);
      });
    });

    describe('a job with the quota of its caller', () => {
      const upload = { bytes: 40, sha256: '00', format: 'IMAGE_FORMAT_JPEG', name: undefined, key: 'k' } as const;
      const withQuota = async (caller: string, once?: { scope: string; key: string; requestHash: string }) => {
        const made = job({ upload });
        return store.submit(made, 1000, { quota: { caller, jobs: 2, bytes: 100 }, once });
      };

      test('is refused when the day is used up, and none is kept', async () => {
        const caller = `account:${newId()}`;
        await withQuota(caller);
        await withQuota(caller);
        await expect(withQuota(caller)).rejects.toMatchObject({ code: 'quota_exceeded' });
        await expect(store.limits.check({ caller, jobs: 2, bytes: 100 })).rejects.toMatchObject({
          code: 'quota_exceeded',
        });
        expect(await store.waiting()).toBe(2);
        await withQuota(`account:${newId()}`);
      });

      test('counts once when its request is sent again', async () => {
        const caller = `account:${newId()}`;
        const once = { scope: caller, key: 'k', requestHash: 'h' };
        const made = [await withQuota(caller, once), await withQuota(caller, once), await withQuota(caller, once)];
        expect(new Set(made.map(({ id }) => id)).size).toBe(1);
        await withQuota(caller);
        await expect(withQuota(caller)).rejects.toMatchObject({ code: 'quota_exceeded' });
      });
    });

    test('a secret is the same for all apis, and another one for another name', async () => {
      const other = await place.store(leaseMs);
      const secrets = await Promise.all([store, other, store].map((own) => own.secret('a')));
      await other.close();
      expect(secrets[0]).toHaveLength(32);
      expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
      expect((await store.secret('b')).equals(secrets[0] as Buffer)).toBe(false);
    });

    test('uploads are needed until their job has ended', async () => {
      const keys = ['a', 'b', 'c'].map((letter) => `${letter}${randomBytes(4).toString('hex')}`);
      const upload = (key: string) => ({ ...job().upload, key });
      await submit({ upload: upload(keys[0] as string) });
      const { id } = await submit({ upload: upload(keys[1] as string) });
      await store.cancel(id, at(1));
      expect([...(await store.neededUploads(keys))]).toEqual([keys[0]]);
      expect([...(await store.neededUploads([]))]).toEqual([]);
    });

    test('answers when it is asked whether it is there', async () => {
      await store.check();
    });

    afterEach(async () => {
      // Whatever a test did, no job that waits is without its place in the queue.
      const waiting = await store.waiting();
      const claims = await store.claim(waiting + 1, new Date(Date.now() + 60_000));
      expect(claims.length).toBeLessThanOrEqual(waiting);
    });
  });
}
