// What a reset does in the database. Rows are deleted, and no table is truncated or made anew: sequences go on from where
// they are, so that what was numbered once never gets its number again. Numbers that outlive their rows, such as the ids of
// nova jobs (issue 11), belong in sequences and tables that are not named here.
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { patientTransaction } from '../../backup/patient.js';
import type { Database } from '../../storage/database.js';
import { liveStatuses, toEndColumns } from '../../storage/job-row.js';
import { lockPlaces } from '../../storage/pause.js';
import type { SolveQueue } from '../../storage/solve-queue.js';
import type { Db, Tables } from '../../storage/tables.js';
import { ask } from '../../storage/transaction.js';

/** `data`: accounts, keys and configuration stay. `full`: superusers stay, and what this installation has signed. */
export type ResetScope = 'data' | 'full';

/**
 * Ends every job as cancelled: attempts stop, webhooks tell of it. While the system is paused no other comes. Returns how
 * many it has ended now. Throws `storage_unavailable`.
 */
export async function endJobs(database: Database, queue: SolveQueue, at: Date): Promise<number> {
  return patientTransaction(database, async (trx) => {
    // Whoever submits just now has either committed, or sees that the system is paused.
    if (!database.isEmbedded) await lockPlaces(trx);
    const live = await trx.selectFrom('solve_jobs').select('id').where('status', 'in', liveStatuses).execute();
    await queue.remove(
      trx,
      live.map(({ id }) => id),
    );
    const ended = trx
      .updateTable('solve_jobs')
      .set(toEndColumns({ cancelled: true }, at))
      .where('status', 'in', liveStatuses);
    return (await ended.returning('id').execute()).length;
  });
}

/** Keys of the uploads of jobs that `endJobs` has ended `at` this moment. Throws `storage_unavailable`. */
export async function uploadsEndedAt(db: Db, at: Date): Promise<string[]> {
  return ask(async () => {
    const ended = db.selectFrom('solve_jobs').where('status', '=', 'cancelled').where('finished_at', '=', at);
    const rows = await ended.select(sql<string>`upload ->> 'key'`.as('key')).execute();
    return rows.map(({ key }) => key);
  });
}

/** Rows that refer to others go before or with them. Events, refresh tokens and second factors go by their references. */
const always = ['solve_jobs', 'idempotency_keys'] as const;
const whenFull = ['webhook_deliveries', 'api_keys', 'sessions', 'login_attempts', 'rate_limits', 'daily_use'] as const;

/**
 * Deletes everything in one transaction: all of it or nothing. Returns how many rows it has deleted by table. Throws
 * `storage_unavailable`; `conflict` when nobody could sign in any more, and then nothing is deleted.
 */
export async function deleteRows(database: Database, scope: ResetScope): Promise<Record<string, number>> {
  return patientTransaction(database, async (trx) => {
    const deleted: Record<string, number> = {};
    const note = async (table: keyof Tables, rows: { execute(): Promise<{ numDeletedRows: bigint }[]> }) => {
      const [result] = await rows.execute();
      deleted[table] = Number(result?.numDeletedRows ?? 0);
    };
    for (const table of always) await note(table, trx.deleteFrom(table));
    // What ended with the reset is told to whoever asked for that, unless the account itself goes.
    if (scope === 'data')
      await note('webhook_deliveries', trx.deleteFrom('webhook_deliveries').where('state', '<>', 'pending'));
    else {
      for (const table of whenFull) await note(table, trx.deleteFrom(table));
      await note('users', trx.deleteFrom('users').where('is_superuser', '=', false));
      const left = trx.selectFrom('users').select('id').where('is_disabled', '=', false);
      if (!(await left.executeTakeFirst())) throw nobodyLeft();
    }
    return deleted;
  });
}

export const nobodyLeft = () => new AstrogateError('conflict', 'No superuser who can sign in would be left');
