// Webhooks are delivered, on both databases, to a receiver that stands for the internet: signed, at least once, by one
// api at a time, again when it failed, and never to the inside.
import { createHmac, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../src/new-id.js';
import { createOutbound, type Outbound } from '../src/outbound/outbound.js';
import { publicPolicy } from '../src/outbound/policy.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { webhookDeliveries } from '../src/storage/webhook-deliveries.js';
import { Deliverer } from '../src/webhooks/deliverer.js';
import type { DeliveryStep } from '../src/webhooks/delivery-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { aJob } from '../test-support/jobs.js';
import { recordLog } from '../test-support/recorded-log.js';
import { until } from '../test-support/running-api.js';
import { type Received, WebhookReceiver } from '../test-support/webhook-receiver.js';

/** Both databases work for several other tests at the same time. */
jest.setTimeout(60_000);

const key = randomBytes(32);
const secret = `whsec_${key.toString('base64')}`;
const start = new Date(1_700_000_000_000);
const minutes = (count: number) => count * 60_000;

interface Running extends AsyncDisposable {
  readonly deliverer: Deliverer;
  readonly results: DeliveryStep['state'][];
  readonly log: Record<string, unknown>[];
}

for (const { name, missing, start: open } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: TestDatabase;
    let database: Database;
    let submit: (url: string, callerKey?: string) => Promise<string>;
    let receiver: WebhookReceiver;
    let clock: Date;

    beforeAll(async () => {
      place = await open();
      database = await place.open();
      const store = await openJobStore(database, { leaseMs: 600_000 });
      /** A job that has ended, and whose webhook is therefore due. */
      submit = async (url, callerKey = 'k') => {
        const job = aJob({ id: newId(), createdAt: start, callerKey });
        await store.submit(job, 1000, { webhook: { url, secret } });
        await store.cancel(job.id, start);
        return job.id;
      };
    }, 60_000);
    beforeEach(async () => {
      clock = start;
      await place.empty();
      receiver = await WebhookReceiver.start();
    });
    afterEach(async () => {
      expect(receiver.trapped).toBe(0);
      await receiver[Symbol.asyncDispose]();
    });
    afterAll(() => place?.end(), 30_000);

    async function run(outbound: Outbound = receiver.outbound, leaseMs = 600_000): Promise<Running> {
      const results: DeliveryStep['state'][] = [];
      const { log, lines } = recordLog();
      const own = await place.open();
      const deliverer = new Deliverer({
        deliveries: webhookDeliveries(own, leaseMs),
        fetch: outbound.fetch,
        log,
        now: () => clock,
        random: () => 0.5,
        onAttempt: (state) => results.push(state),
      });
      await deliverer.start();
      return {
        ...{ deliverer, results, log: lines },
        async [Symbol.asyncDispose]() {
          await deliverer.drain(AbortSignal.abort());
          await deliverer.close();
          await own.close();
        },
      };
    }

    const row = (id: string) =>
      database.db.selectFrom('webhook_deliveries').selectAll().where('job_id', '=', id).executeTakeFirstOrThrow();
    const becomes = (id: string, state: string) => until(async () => (await row(id)).state === state);
    /** After how many milliseconds it is sent again, once the attempt with this number is recorded. */
    async function pauseAfter(id: string, attempt: number): Promise<number | undefined> {
      await until(async () => {
        const { attempts, lease_owner } = await row(id);
        return attempts === attempt && lease_owner === null;
      });
      const { next_at } = await row(id);
      return next_at ? next_at.getTime() - clock.getTime() : undefined;
    }
    const answer = (status: number, headers: Record<string, string> = {}) => {
      receiver.answer = (response) => response.writeHead(status, headers).end();
    };

    test('the event arrives at once, signed with the secret of the job, and is told of once', async () => {
      await using api = await run();
      const id = await submit(receiver.url('hooks.example', '/in?token=hidden'));
      await becomes(id, 'delivered');
      const [{ path, headers, body }] = receiver.heard as [Received];
      expect(path).toBe('/in?token=hidden');
      expect(JSON.parse(body)).toMatchObject({ type: 'job.ended', data: { job_id: id, status: 'cancelled' } });
      const { 'webhook-id': event, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
      expect([event, timestamp]).toEqual([`ended_${id}`, '1700000000']);
      const expected = createHmac('sha256', key).update(`ended_${id}.1700000000.${body}`).digest('base64');
      expect(signature).toBe(`v1,${expected}`);
      expect(receiver.heard).toHaveLength(1);
      expect(api.results).toEqual(['delivered']);
    });

    test('an attempt has one log line, with its job and its host and nothing secret', async () => {
      await using api = await run();
      answer(500);
      const id = await submit(receiver.url('hooks.example', '/private-path?token=hidden'));
      await pauseAfter(id, 1);
      expect(api.log).toMatchObject([
        {
          ...{ message: 'webhook attempt', jobId: id, requestId: 'r', attempt: 1 },
          ...{ host: `hooks.example:${receiver.port}`, state: 'pending', reason: 'status 500' },
        },
      ]);
      expect(JSON.stringify(api.log)).not.toMatch(/whsec|hidden|private-path/);
    });

    test('what fails is sent again with growing pauses, then given up, and its secret is wiped', async () => {
      await using api = await run();
      answer(503);
      const id = await submit(receiver.url());
      const pauses: (number | undefined)[] = [];
      for (let attempt = 1; attempt <= 9; attempt++) {
        const pause = await pauseAfter(id, attempt);
        pauses.push(pause);
        clock = new Date(clock.getTime() + (pause ?? 0));
        api.deliverer.wake();
      }
      const growing = [5_000, 30_000, minutes(2), minutes(10), minutes(30), minutes(60), minutes(120), minutes(300)];
      expect(pauses).toEqual([...growing, undefined]);
      expect(await row(id)).toMatchObject({ state: 'given_up', last_reason: 'status 503', secret: null, url: null });
      expect(new Set(receiver.ids)).toEqual(new Set([`ended_${id}`]));
      expect(receiver.heard).toHaveLength(9);
      expect(api.results).toEqual([...Array(8).fill('pending'), 'given_up']);
    });

    test('410 ends it at once', async () => {
      await using _api = await run();
      answer(410);
      const id = await submit(receiver.url());
      await becomes(id, 'given_up');
      expect(await row(id)).toMatchObject({ attempts: 1, last_reason: 'status 410', secret: null });
    });

    test('a receiver that asks for more time gets it', async () => {
      await using _api = await run();
      answer(429, { 'retry-after': '600' });
      expect(await pauseAfter(await submit(receiver.url()), 1)).toBe(600_000);
    });

    test('several apis: each webhook is under way once at a time, and arrives once', async () => {
      await using _a = await run();
      await using _b = await run();
      let twice = 0;
      const underWay = new Set<string>();
      receiver.answer = (response, { headers }) => {
        const id = String(headers['webhook-id']);
        if (underWay.has(id)) twice += 1;
        underWay.add(id);
        setTimeout(() => {
          underWay.delete(id);
          response.end();
        }, 20);
      };
      const ids: string[] = [];
      for (let i = 0; i < 30; i++) ids.push(await submit(receiver.url(`${i % 7}.example`), `caller${i % 3}`));
      for (const id of ids) await becomes(id, 'delivered');
      expect(twice).toBe(0);
      expect(receiver.ids.sort()).toEqual(ids.map((id) => `ended_${id}`).sort());
    });

    test('an api that dies while it sends: another one sends it again, and the dead one can record nothing', async () => {
      const held: ServerResponse[] = [];
      receiver.answer = (response) => {
        held.push(response);
      };
      // As with an api that is killed, as far as this webhook goes: it neither renews nor records in time.
      await using dying = await run(receiver.outbound, 50);
      const id = await submit(receiver.url());
      await until(() => held.length === 1);
      receiver.answer = (response) => response.end();
      await using whole = await run();
      await until(() => {
        whole.deliverer.wake();
        return receiver.heard.length >= 2;
      });
      await until(async () => (await row(id)).state === 'delivered');
      held[0]?.writeHead(410).end();
      await until(() => dying.results.length > 0 && dying.deliverer.sending === 0);
      expect(await row(id)).toMatchObject({ state: 'delivered', last_reason: null });
      expect(new Set(receiver.ids)).toEqual(new Set([`ended_${id}`]));
    });

    test('a receiver that never answers keeps nobody else waiting', async () => {
      await using _api = await run();
      receiver.answer = (response, { host }) => {
        if (host !== 'slow.example') response.end();
      };
      for (let i = 0; i < 12; i++) await submit(receiver.url('slow.example'));
      const quick: string[] = [];
      for (let i = 0; i < 12; i++) quick.push(await submit(receiver.url(`${i}.example`)));
      for (const id of quick) await becomes(id, 'delivered');
      await until(() => receiver.open.length === 4);
      expect(receiver.open).toEqual(Array(4).fill('slow.example'));
    });

    test('at shutdown what is under way is stopped and put back, and the next start sends it', async () => {
      const api = await run();
      receiver.answer = () => {};
      const id = await submit(receiver.url());
      await until(() => receiver.open.length === 1);
      await api[Symbol.asyncDispose]();
      await until(() => receiver.open.length === 0);
      expect(await row(id)).toMatchObject({ state: 'pending', attempts: 0, lease_owner: null, secret });
      expect(api.results).toEqual([]);
      receiver.answer = (response) => response.end();
      const late = await submit(receiver.url());
      await using _next = await run();
      for (const each of [id, late]) await becomes(each, 'delivered');
    });

    describe('what is not public is never connected to:', () => {
      /** The policy of the product, but for the port, on which a server of the inside listens here, and for the names. */
      const guarded = () =>
        createOutbound({
          ...publicPolicy,
          ports: new Set([receiver.port]),
          resolve: async (host) => namesOfTheInside[host] ?? [],
        });
      const namesOfTheInside: Record<string, string[]> = {
        'loopback.example': ['127.0.0.1'],
        'loopback6.example': ['::1'],
        'private.example': ['10.0.0.1'],
        'link-local.example': ['169.254.169.254'],
        'beside-a-public-one.example': ['1.1.1.1', '127.0.0.1'],
      };

      test.each(['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', ...Object.keys(namesOfTheInside)])(
        '%s is given up at once, with a reason',
        async (host) => {
          await using _api = await run(guarded());
          const id = await submit(receiver.url(host));
          await becomes(id, 'given_up');
          expect(await row(id)).toMatchObject({ last_reason: 'refused_address', attempts: 1, secret: null });
          expect([receiver.trapped, receiver.heard]).toEqual([0, []]);
        },
      );

      test('a redirect there is not followed: it is an answer that is no 2xx', async () => {
        await using api = await run();
        answer(307, { location: `http://127.0.0.1:${receiver.port}/` });
        const id = await submit(receiver.url());
        for (let attempt = 1; attempt <= 9; attempt++) {
          clock = new Date(clock.getTime() + ((await pauseAfter(id, attempt)) ?? 0));
          api.deliverer.wake();
        }
        expect(await row(id)).toMatchObject({ state: 'given_up', last_reason: 'status 307' });
        expect(receiver.trapped).toBe(0);
      });
    });
  });
}
