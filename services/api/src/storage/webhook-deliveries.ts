// Deliveries of webhooks in the database. They become due by a trigger, see the migration; here they are taken, held by a
// lease, and ended or put back. The number of the attempt, with the owner of the lease, is the fencing token.
import { type ExpressionBuilder, sql } from 'kysely';
import { newId } from '../new-id.js';
import type { DeliveryHold, DeliveryStore } from '../webhooks/delivery-store.js';
import { chooseDeliveries, fullness } from '../webhooks/sending-limits.js';
import type { Database } from './database.js';
import { releasedColumns, toDeliveryClaim, toStepColumns } from './delivery-row.js';
import { listenTo } from './listen.js';
import type { Tables } from './tables.js';
import { ask, inTransaction } from './transaction.js';

const channel = 'astrogate_webhooks';

/** Looked at for one claim: more than may be sent at once, so that each look fills somebody or finds all. */
const mostLookedAt = 64;

type Where = ExpressionBuilder<Tables, 'webhook_deliveries'>;

/** Deliveries are ours for `leaseMs` after they were taken. */
export function webhookDeliveries({ db, boss }: Database, leaseMs: number): DeliveryStore {
  /** Whose leases are ours: this start of this process. */
  const owner = newId();
  // By the database's clock, which all replicas share.
  const leaseEnd = sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

  const isDue = (now: Date) => (eb: Where) =>
    eb.and([
      eb('state', '=', 'pending'),
      eb('next_at', '<=', now),
      eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', sql<Date>`clock_timestamp()`)]),
    ]);

  const ours =
    ({ jobId, attempt }: DeliveryHold) =>
    (eb: Where) =>
      eb.and([
        eb('job_id', '=', jobId),
        eb('attempts', '=', attempt),
        eb('lease_owner', '=', owner),
        eb('state', '=', 'pending'),
      ]);

  return {
    claim: (now, sending) =>
      ask(async () => {
        const { all, hosts, callers } = fullness(sending);
        if (all) return [];
        let due = db
          .selectFrom('webhook_deliveries')
          .select(['job_id', 'host', 'caller_key as callerKey'])
          .where(isDue(now));
        if (hosts.length > 0) due = due.where('host', 'not in', hosts);
        if (callers.length > 0) due = due.where('caller_key', 'not in', callers);
        const oldest = await due.orderBy('next_at').orderBy('job_id').limit(mostLookedAt).execute();
        const ids = chooseDeliveries(oldest, sending).map((row) => row.job_id);
        if (ids.length === 0) return [];
        const free = db
          .selectFrom('webhook_deliveries')
          .select('job_id')
          .where('job_id', 'in', ids)
          .where(isDue(now))
          .forUpdate()
          .skipLocked();
        const rows = await db
          .updateTable('webhook_deliveries')
          .set((eb) => ({ attempts: eb('attempts', '+', 1), lease_owner: owner, lease_until: leaseEnd }))
          .where('job_id', 'in', free)
          .returningAll()
          .execute();
        return rows.map(toDeliveryClaim);
      }),

    record: (hold, step) =>
      inTransaction(db, async (trx) => {
        // Held until the end, so that a job that is being deleted takes its ended delivery with it.
        const job = trx.selectFrom('solve_jobs').select('id').where('id', '=', hold.jobId).forKeyShare();
        if (step.state !== 'pending' && !(await job.executeTakeFirst())) {
          const gone = await trx.deleteFrom('webhook_deliveries').where(ours(hold)).executeTakeFirst();
          return gone.numDeletedRows > 0n;
        }
        const rows = trx.updateTable('webhook_deliveries').set(toStepColumns(step)).where(ours(hold));
        return (await rows.executeTakeFirst()).numUpdatedRows > 0n;
      }),

    putBack: (hold) =>
      ask(async () => {
        const rows = db.updateTable('webhook_deliveries').where(ours(hold));
        await rows.set((eb) => ({ ...releasedColumns, attempts: eb('attempts', '-', 1) })).execute();
      }),

    listen: (onDue) =>
      ask(async () => {
        const subscription = await listenTo(boss, channel, onDue, onDue);
        return () => subscription.close();
      }),
  };
}
