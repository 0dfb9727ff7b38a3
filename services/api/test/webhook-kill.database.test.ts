// `kill -9` of the process that has ended a job: the next one sends the webhook, on both databases. The killed process
// runs the built api; `npm test` and `npm run check` build it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../src/new-id.js';
import { openDatabase } from '../src/storage/database.js';
import { webhookDeliveries } from '../src/storage/webhook-deliveries.js';
import { Deliverer } from '../src/webhooks/deliverer.js';
import { databasePlaces, type StartedPlace } from '../test-support/database-places.js';
import { aJob } from '../test-support/jobs.js';
import { until } from '../test-support/running-api.js';
import { WebhookReceiver } from '../test-support/webhook-receiver.js';

jest.setTimeout(120_000);

const log = createLogger('api', 'silent');
const program = join(import.meta.dirname, '../test-support/webhook-process.js');
const secret = `whsec_${randomBytes(32).toString('base64')}`;

for (const { name, isHere, start } of databasePlaces) {
  const suite = isHere ? describe : describe.skip;
  suite(name, () => {
    let database: StartedPlace;
    let receiver: WebhookReceiver;
    beforeAll(async () => {
      database = await start();
    });
    beforeEach(async () => {
      receiver = await WebhookReceiver.start();
    });
    afterEach(() => receiver[Symbol.asyncDispose]());
    afterAll(() => database?.end());

    /** Ends a job in a process of its own, and kills that: when the job has ended, or when its webhook has arrived. */
    async function endAndKill(sends: boolean): Promise<string> {
      const job = aJob({ id: newId() });
      const webhook = { url: receiver.url(), secret };
      const parts = { place: database.place, job, webhook, port: receiver.port, sends };
      const child = spawn(process.execPath, [program, JSON.stringify(parts)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      receiver.answer = () => void child.kill('SIGKILL');
      const [said] = await once(child.stdout, 'data');
      expect(String(said)).toBe('ended\n');
      if (!sends) child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      receiver.answer = (response) => response.end();
      return job.id;
    }

    test.each([
      ['before its webhook is sent', false, 1],
      ['while its webhook is sent', true, 2],
    ])('a process that dies %s: the next one sends it', async (_when, sends, times) => {
      const id = await endAndKill(sends);
      const own = await openDatabase(database.place, log);
      const deliverer = new Deliverer({
        ...{ fetch: receiver.outbound.fetch, log, now: () => new Date(), random: Math.random, onAttempt: () => {} },
        deliveries: webhookDeliveries(own, 1000),
      });
      await deliverer.start();
      const row = () =>
        own.db.selectFrom('webhook_deliveries').selectAll().where('job_id', '=', id).executeTakeFirstOrThrow();
      await until(async () => (await row()).state === 'delivered');
      expect(await row()).toMatchObject({ attempts: times, secret: null });
      // Whoever has it twice knows by its name.
      expect(receiver.ids).toEqual(Array(times).fill(`ended_${id}`));
      await deliverer.drain(AbortSignal.abort());
      await deliverer.close();
      await own.close();
    });
  });
}
