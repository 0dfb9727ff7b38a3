// What a job store promises, on both databases and on the fake of the unit tests.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Job } from '../src/jobs/job.js';
import type { JobListener, JobStore } from '../src/jobs/job-store.js';
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
      await store.forgetEnded(at(15), 1);
      const left = await Promise.all([...ids, queued].map((id) => store.get(id)));
      expect(left.map((kept) => kept?.id)).toEqual([undefined, undefined, ids[2], queued]);
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
