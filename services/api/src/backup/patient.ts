// Transactions that may take minutes: on a server they need a connection without the time limits of requests.
import type { Kysely } from 'kysely';
import type { Database } from '../storage/database.js';
import { storageFailure } from '../storage/failure.js';
import type { Db, Tables, Trx } from '../storage/tables.js';

export type PatientDatabase = Pick<Database, 'db' | 'openPatient'>;

/** Runs `act` with a database whose queries have no time limit. Throws what `act` throws. */
export async function withPatientDb<T>({ db, openPatient }: PatientDatabase, act: (db: Db) => Promise<T>): Promise<T> {
  const patient = openPatient?.();
  try {
    return await act(patient ?? db);
  } finally {
    await patient?.destroy();
  }
}

/** `backup_invalid` and the like as they are, what the database says as `storageFailure` has it. */
export async function patientTransaction<T>(
  database: PatientDatabase,
  act: (trx: Trx) => Promise<T>,
  begin: (db: Kysely<Tables>) => ReturnType<Kysely<Tables>['transaction']> = (db) => db.transaction(),
): Promise<T> {
  try {
    return await withPatientDb(database, (db) => begin(db).execute(act));
  } catch (error) {
    throw storageFailure(error);
  }
}
