// A process for a test to kill: records the end of a job, says so, and sends its webhook if it is told to. It runs the
// built api, with a way out that leads to the test's receiver.
import { createLogger } from '@astrogate/common';
import { createOutbound } from '../dist/outbound/outbound.js';
import { openDatabase } from '../dist/storage/database.js';
import { openJobStore } from '../dist/storage/database-job-store.js';
import { webhookDeliveries } from '../dist/storage/webhook-deliveries.js';
import { Deliverer } from '../dist/webhooks/deliverer.js';

const { place, job, webhook, port, sends } = JSON.parse(process.argv[2]);
const log = createLogger('api', 'silent');
const database = await openDatabase(place, log);
const store = await openJobStore(database, { leaseMs: 1000 });
const outbound = createOutbound({
  resolve: async () => ['127.0.0.2'],
  mayConnect: (address) => address === '127.0.0.2',
  ports: new Set([port]),
});
const deliverer = new Deliverer({
  ...{ fetch: outbound.fetch, log, now: () => new Date(), random: Math.random, onAttempt: () => {} },
  deliveries: webhookDeliveries(database, 1000),
});
if (sends) await deliverer.start();
await store.submit({ ...job, createdAt: new Date() }, 10, { webhook });
await store.cancel(job.id, new Date());
process.stdout.write('ended\n');
setInterval(() => {}, 60_000);
