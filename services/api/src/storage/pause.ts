// Whether solve jobs are neither accepted nor begun. That is so while an admin job that has said it has not ended: it stands
// in the job itself, so that no crash leaves a system that is paused for ever.
import { sql } from 'kysely';
import type { Db, Trx } from './tables.js';

/** What the admin job keeps as `true`, see `StepContext.keep`. */
export const pausedKey = 'solving_paused';

/** Held while a job gets its place, so that two jobs of one caller never get the same one. Any number of our own. */
const placeLock = 6_021_023;

/** Until the transaction ends nobody else submits a job. Not for the embedded database, whose transactions queue up. */
export async function lockPlaces(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${placeLock}::bigint)`.execute(trx);
}

/** Whoever wants to be sure of it until the end of the transaction holds `lockPlaces`. */
export async function isPaused(db: Db | Trx): Promise<boolean> {
  const active = db.selectFrom('system_jobs').select('id').where('finished_at', 'is', null);
  const paused = active.where(sql<string>`kept ->> ${sql.lit(pausedKey)}`, '=', 'true');
  return (await paused.executeTakeFirst()) !== undefined;
}
