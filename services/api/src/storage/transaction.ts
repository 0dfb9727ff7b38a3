// Transactions and single queries whose failures mean something to the caller.
import { isCollision, storageFailure } from './failure.js';
import type { Db, Trx } from './tables.js';

/** Of transactions that lost against others; they are short, so the second try all but always wins. */
const mostTries = 4;

/** Throws `storage_unavailable` or `internal` for what the database says. */
export async function ask<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw storageFailure(error);
  }
}

/** Runs `act` in a transaction, again when it collided with another one. Throws like `ask`, and what `act` throws. */
export async function inTransaction<T>(db: Db, act: (trx: Trx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(act);
    } catch (error) {
      if (!isCollision(error) || tries === mostTries) throw storageFailure(error);
    }
  }
}
