// Tries to sign in, counted per name for all replicas. A try counts before it is looked at, so that a thousand at once
// are a thousand.
import { WaitError } from '../access/wait-error.js';
import type { Db, Trx } from '../storage/tables.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { forgetSeconds, lockSeconds } from './lock-out.js';
import { dbIn, dbNow } from './parts.js';
import { hashSecret } from './secrets.js';

/** Of a name that nobody has as well, so that a lock tells nothing. */
const hashOf = (name: string) => hashSecret(`name ${name}`);

/** Counts a try with `name`, in lower case. Throws `account_locked`. */
export async function countAttempt(db: Db, name: string): Promise<void> {
  const waitSeconds = await inTransaction(db, async (trx) => {
    const rows = trx.insertInto('login_attempts').values({ name_hash: hashOf(name) });
    await rows.onConflict((conflict) => conflict.doNothing()).execute();
    const row = await trx
      .selectFrom('login_attempts')
      .selectAll()
      .select(dbNow.as('now'))
      .where('name_hash', '=', hashOf(name))
      .forUpdate()
      .executeTakeFirstOrThrow();
    const leftMs = (row.locked_until?.getTime() ?? 0) - row.now.getTime();
    if (leftMs > 0) return Math.ceil(leftMs / 1000);
    const isForgotten = row.now.getTime() - row.last_at.getTime() > forgetSeconds * 1000;
    const failures = (isForgotten ? 0 : row.failures) + 1;
    const locked_until = dbIn(lockSeconds(failures));
    const update = trx.updateTable('login_attempts').set({ failures, last_at: dbNow, locked_until });
    await update.where('name_hash', '=', hashOf(name)).execute();
    return 0;
  });
  if (waitSeconds > 0) throw new WaitError('account_locked', waitSeconds);
}

/** The name's owner has shown what he knows. */
export async function forgetAttempts(db: Db | Trx, name: string): Promise<void> {
  await ask(() => db.deleteFrom('login_attempts').where('name_hash', '=', hashOf(name)).execute());
}

/** A try that was neither right nor wrong does not count. */
export async function takeBackAttempt(db: Db, name: string): Promise<void> {
  const rows = db.updateTable('login_attempts').where('name_hash', '=', hashOf(name)).where('failures', '>', 0);
  await ask(() => rows.set((eb) => ({ failures: eb('failures', '-', 1), locked_until: null })).execute());
}

/** Drops what no longer counts. */
export async function forgetOldAttempts(db: Db): Promise<void> {
  await db.deleteFrom('login_attempts').where('last_at', '<', dbIn(-forgetSeconds)).execute();
}
