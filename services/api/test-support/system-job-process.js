// A process for a test to kill, which kills itself with SIGKILL at one moment of an admin job that follows a fake plan. It
// runs the built api. Argument: { place, world, kind, leaseMs, gift, kill: { turn, moment }, goesOn }; goesOn: with the job
// that another process has left.
import { createLogger } from '@astrogate/common';
import { sql } from 'kysely';
import { openDatabase } from '../dist/storage/database.js';
import { systemJobs } from '../dist/storage/system-jobs.js';
import { SystemJobs } from '../dist/system/system-jobs.js';
import { fakePlans } from './fake-plans.js';

const { place, world, kind, leaseMs, gift, kill, goesOn } = JSON.parse(process.argv[2]);
const log = createLogger('api', 'silent');
const database = await openDatabase(place, log);
const inner = systemJobs(database, leaseMs);

/** Counts the turns: each begins with a step or an undoing that is about to begin, and ends with what came of it. */
let turn = 0;
const dieAt = (moment) => {
  if (turn === kill.turn && moment === kill.moment) process.kill(process.pid, 'SIGKILL');
};
const store = {
  ...inner,
  async change(hold, event, shape) {
    if (event.type === 'go_on') return inner.change(hold, event, shape);
    const isBegin = event.type === 'begin';
    if (isBegin) turn += 1;
    dieAt(isBegin ? 'before begin' : 'before end');
    const job = await inner.change(hold, event, shape);
    dieAt(isBegin ? 'after begin' : 'after end');
    return job;
  },
};
const plans = fakePlans(world, () => dieAt('middle'));
const jobs = new SystemJobs({ store, plans, log, now: () => new Date(), pauseMs: 5, probeMs: 20 });
if (goesOn)
  await sql`update system_jobs set lease_until = clock_timestamp() - interval '1 second'`.execute(database.db);
await jobs.start();
const order = { kind, params: {}, actor: 'jane', requestId: 'r1' };
const job = goesOn ? (await jobs.list(1))[0] : (await jobs.create(order)).job;
for await (const { state } of jobs.follow(job.id, 0, new AbortController().signal))
  if (state.status === 'waiting_for_operator') await jobs.goOn(job.id, gift);
process.stdout.write('not killed\n');
process.exit(3);
