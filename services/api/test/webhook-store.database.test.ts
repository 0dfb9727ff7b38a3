// What is kept of webhooks, on both databases: due with the end of their job, taken by one at a time, wiped at the end.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Job, JobEnd } from '../src/jobs/job.js';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { toEndColumns } from '../src/storage/job-row.js';
import type { Db } from '../src/storage/tables.js';
import { webhookDeliveries } from '../src/storage/webhook-deliveries.js';
import type { DeliveryClaim, DeliveryStep, DeliveryStore } from '../src/webhooks/delivery-store.js';
import { toEvent } from '../src/webhooks/event.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { aJob } from '../test-support/jobs.js';
import { failedOutcome, notSolvedOutcome, solvedOutcome } from '../test-support/outcomes.js';
import { until } from '../test-support/running-api.js';

/** Both databases work for several other tests at the same time. */
jest.setTimeout(60_000);

const leaseMs = 600_000;
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const url = 'https://hooks.example/in?token=hidden';
const failedOnce: DeliveryStep = { state: 'pending', reason: 'status 503', nextAt: at(100) };

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: TestDatabase;
    let database: Database;
    let store: JobStore;
    let deliveries: DeliveryStore;
    let other: DeliveryStore;
    let db: Db;
    beforeAll(async () => {
      place = await start();
      database = await place.open();
      db = database.db;
      store = await openJobStore(database, { leaseMs });
      deliveries = webhookDeliveries(database, leaseMs);
      other = webhookDeliveries(await place.open(), leaseMs);
    }, 60_000);
    beforeEach(() => place.empty());
    afterAll(() => place?.end(), 30_000);

    async function submit(to = url): Promise<Job> {
      const job = aJob({ id: newId(), createdAt: at(0) });
      await store.submit(job, 1000, { webhook: { url: to, secret } });
      return job;
    }

    async function finish(how: JobEnd): Promise<void> {
      const [claim] = await store.claim(1, at(1));
      if (!claim) throw new Error('there was nothing to take');
      await store.start(claim, at(2));
      await store.finish(claim, how, { startedAt: at(2), at: at(3) });
    }

    async function due(): Promise<Job> {
      const job = await submit();
      await store.cancel(job.id, at(3));
      return job;
    }

    async function take(from = deliveries, now = at(4)): Promise<DeliveryClaim> {
      const [claim] = await from.claim(now, []);
      if (!claim) throw new Error('nothing was due');
      return claim;
    }

    const row = (id: string) =>
      db.selectFrom('webhook_deliveries').selectAll().where('job_id', '=', id).executeTakeFirst();

    test('a webhook is due as soon as its job has ended, not before', async () => {
      const { id } = await submit();
      expect(await deliveries.claim(at(1000), [])).toEqual([]);
      await finish({ outcome: solvedOutcome });
      expect(await deliveries.claim(at(2), [])).toEqual([]);
      const claims = await deliveries.claim(at(3), []);
      expect(claims).toMatchObject([
        { jobId: id, attempt: 1, url, secret, requestId: 'r', callerKey: 'k', host: 'hooks.example' },
      ]);
    });

    test.each<[string, JobEnd]>([
      ['solved', { outcome: solvedOutcome }],
      ['not_solved', { outcome: notSolvedOutcome }],
      ['failed', { outcome: failedOutcome('timeout') }],
      ['failed', { failure: { code: 'solver_unavailable', message: 'gone' } }],
      ['cancelled', { cancelled: true }],
    ])('what is sent of a %s job is what the job itself would say', async (status, how) => {
      const { id } = await submit();
      await finish(how);
      const ended = await store.get(id);
      const { job } = await take();
      expect(job.status).toBe(status);
      expect(toEvent(job)).toEqual(toEvent(ended as Job));
      expect(JSON.stringify(job)).not.toContain('stars');
    });

    test('a job that is lost again and again tells its end too', async () => {
      const { id } = await submit();
      const dying = await openJobStore(await place.open(), { leaseMs: 1 });
      const [claim] = await dying.claim(1, at(1));
      if (claim) await dying.start(claim, at(2));
      await until(async () => (await store.takeBack([], 1, at(3))).length === 1);
      expect(await take()).toMatchObject({ jobId: id, job: { status: 'failed', failure: { code: 'internal' } } });
    });

    test('the end and the webhook are recorded together or not at all', async () => {
      const { id } = await submit();
      const killed = db.transaction().execute(async (trx) => {
        const columns = toEndColumns({ cancelled: true }, at(3));
        await trx.updateTable('solve_jobs').set(columns).where('id', '=', id).execute();
        const rows = trx.selectFrom('webhook_deliveries').select('state').where('job_id', '=', id);
        expect(await rows.executeTakeFirst()).toEqual({ state: 'pending' });
        throw new Error('killed');
      });
      await expect(killed).rejects.toThrow('killed');
      expect(await row(id)).toMatchObject({ state: 'waiting', next_at: null, content: null });
      expect((await store.get(id))?.status).toBe('queued');
    });

    test('several take each once', async () => {
      for (let i = 0; i < 20; i++) {
        const { id } = await submit(`https://${i}.example/`);
        await store.cancel(id, at(3));
      }
      const taken: string[] = [];
      const work = async (own: DeliveryStore) => {
        for (;;) {
          const claims = await own.claim(at(4), []);
          if (claims.length === 0) return;
          taken.push(...claims.map(({ jobId }) => jobId));
        }
      };
      await Promise.all([deliveries, other, deliveries, other].map(work));
      expect(taken).toHaveLength(20);
      expect(new Set(taken).size).toBe(20);
    });

    test('what somebody else holds is his until his lease lapses, and then he can record nothing', async () => {
      const { id } = await due();
      const dying = webhookDeliveries(database, 1);
      const lost = await take(dying);
      const again = { claim: undefined as DeliveryClaim | undefined };
      await until(async () => {
        [again.claim] = await other.claim(at(4), []);
        return again.claim !== undefined;
      });
      expect(again.claim).toMatchObject({ jobId: id, attempt: 2 });
      expect(await deliveries.claim(at(4), [])).toEqual([]);
      expect(await dying.record(lost, { state: 'delivered' })).toBe(false);
      expect(await row(id)).toMatchObject({ state: 'pending', secret });
      // The same number in other hands is no better.
      expect(await dying.record({ jobId: id, attempt: 2 }, { state: 'delivered' })).toBe(false);
      expect(await other.record({ jobId: id, attempt: 2 }, { state: 'delivered' })).toBe(true);
    });

    test('what failed is due again at its time, with the attempts counted', async () => {
      const { id } = await due();
      expect(await deliveries.record(await take(), failedOnce)).toBe(true);
      expect(await other.claim(new Date(at(100).getTime() - 1), [])).toEqual([]);
      expect(await take(other, at(100))).toMatchObject({ jobId: id, attempt: 2, url, secret });
    });

    test('what was put back is due at once, as if there had been no attempt', async () => {
      const { id } = await due();
      const first = await take();
      await deliveries.putBack(first);
      expect(await take(other)).toMatchObject({ jobId: id, attempt: 1 });
      await deliveries.putBack(first);
      expect(await deliveries.record(first, failedOnce)).toBe(false);
      expect(await row(id)).toMatchObject({ attempts: 1 });
    });

    test.each<[DeliveryStep]>([[{ state: 'delivered' }], [{ state: 'given_up', reason: 'status 410' }]])(
      'with %j the secret, the URL and the content are wiped',
      async (step) => {
        const { id } = await due();
        await deliveries.record(await take(), step);
        const kept = await row(id);
        expect(kept).toMatchObject({ state: step.state, secret: null, url: null, content: null, attempts: 1 });
        expect(JSON.stringify(kept)).not.toMatch(/whsec|hidden/);
        expect(await other.claim(at(1e6), [])).toEqual([]);
      },
    );

    test('the table itself refuses to keep a secret beyond the end', async () => {
      const { id } = await due();
      const change = db.updateTable('webhook_deliveries').set({ state: 'delivered' }).where('job_id', '=', id);
      await expect(change.execute()).rejects.toThrow('webhook_deliveries_wiped');
    });

    test('a job shows how its webhook stands, and no more of it', async () => {
      const { id } = await submit();
      const shown = async () => {
        const job = await store.get(id);
        expect(JSON.stringify(job)).not.toMatch(/whsec|hidden/);
        return job?.webhook;
      };
      const host = 'hooks.example';
      expect(await shown()).toEqual({ host, state: 'waiting', attempts: 0, reason: null });
      await store.cancel(id, at(3));
      expect(await shown()).toEqual({ host, state: 'pending', attempts: 0, reason: null });
      await deliveries.record(await take(), failedOnce);
      expect(await shown()).toEqual({ host, state: 'pending', attempts: 1, reason: 'status 503' });
      await deliveries.record(await take(deliveries, at(100)), { state: 'delivered' });
      expect(await shown()).toEqual({ host, state: 'delivered', attempts: 2, reason: null });
      const plain = aJob({ id: newId() });
      await store.submit(plain, 1000);
      expect((await store.get(plain.id))?.webhook).toBeUndefined();
    });

    describe('of a job that is gone', () => {
      test('a webhook that is due is sent all the same, and then nothing is left of it', async () => {
        const [{ id: deleted }, { id: forgotten }] = [await due(), await due()];
        await store.delete(deleted);
        // As retention does.
        await db.deleteFrom('solve_jobs').where('id', '=', forgotten).execute();
        expect(await store.get(forgotten)).toBeUndefined();
        const claims = await deliveries.claim(at(4), []);
        expect(claims.map(({ jobId }) => jobId).sort()).toEqual([deleted, forgotten].sort());
        for (const claim of claims) expect(toEvent(claim.job).data).toMatchObject({ status: 'cancelled' });
        const [first, second] = claims as [DeliveryClaim, DeliveryClaim];
        expect(await deliveries.record(first, { state: 'delivered' })).toBe(true);
        expect(await deliveries.record(second, failedOnce)).toBe(true);
        expect([await row(first.jobId), (await row(second.jobId))?.state]).toEqual([undefined, 'pending']);
      });

      test('a webhook that was delivered, or that has nothing to tell, goes with it', async () => {
        const [{ id: delivered }, { id: live }] = [await due(), await submit()];
        await deliveries.record(await take(), { state: 'delivered' });
        await store.delete(delivered);
        await store.delete(live);
        expect([await row(delivered), await row(live)]).toEqual([undefined, undefined]);
      });
    });

    test('slow receivers, and callers with many, leave others their turn', async () => {
      for (let i = 0; i < 80; i++) {
        const { id } = await submit('https://slow.example/');
        await store.cancel(id, at(2));
      }
      const { id } = await submit('https://quick.example/');
      await store.cancel(id, at(3));
      const sending = await deliveries.claim(at(4), []);
      expect(sending.map(({ host }) => host)).toEqual(Array(4).fill('slow.example'));
      expect(await deliveries.claim(at(4), sending)).toMatchObject([{ jobId: id }]);
      const many = Array.from({ length: 32 }, (_, i) => ({ host: `${i}.example`, callerKey: `${i}` }));
      expect(await deliveries.claim(at(4), many)).toEqual([]);
      const ofOne = many.slice(0, 16).map(({ host }) => ({ host, callerKey: 'k' }));
      expect(await deliveries.claim(at(4), ofOne)).toEqual([]);
    });

    test('whoever listens hears of a job that ends with a webhook', async () => {
      let heard = 0;
      const stop = await other.listen(() => {
        heard += 1;
      });
      const before = heard;
      await due();
      await until(() => heard > before);
      await stop();
    });
  });
}
