// The database in its two places: embedded under the state directory, or a PostgreSQL server. Everything behind this
// file is the same for both.
import type { Logger } from '@astrogate/common';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { fromPglite, PgBoss } from 'pg-boss';
import { Connection } from './connection.js';
import { openEmbedded } from './embedded.js';
import { unusableServer } from './failure.js';
import { migrate } from './migrate.js';
import type { Db, Tables } from './tables.js';

export interface Database {
  /** Whether it is in this process, so that no other process can have a job of it. */
  readonly isEmbedded: boolean;
  readonly db: Db;
  readonly boss: PgBoss;
  /** The same database without time limits: a migration may take long, or wait for another api's. */
  openPatient?(): Db;
  close(): Promise<void>;
}

/** Where the database is: `url` of a server, or the directory of the embedded one. */
export type DatabasePlace = { readonly url: string } | { readonly stateDir: string };

/** A query that takes longer than this waits for a server that is not there; the server itself gives up before. */
const queryMs = 10_000;
const serverGivesUpMs = 8_000;
const connectMs = 5_000;

/**
 * Opens the database and migrates it. Throws ConfigError for a directory, `storage_unavailable` for a server that cannot be
 * used, or what a migration throws.
 */
export async function openDatabase(place: DatabasePlace, log: Logger): Promise<Database> {
  if ('url' in place)
    return prepare(onServer(place.url, log), log).catch((error) => {
      throw unusableServer(place.url, error);
    });
  const embedded = await openEmbedded(place.stateDir);
  const database = onPglite(embedded.pglite, async () => {
    // Else what comes later would begin transactions on a PGlite that is closed, whose failure nobody hears of.
    await database.db.destroy();
    await embedded.close();
  });
  return prepare(database, log);
}

/** A database on a PGlite that its caller has opened; closing it calls `close`. */
export function onPglite(pglite: PGlite, close: () => Promise<void>): Database {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  const boss = new PgBoss({ ...bossOptions, db: fromPglite(pglite), backend: 'pglite' });
  return { isEmbedded: true, db, boss, close };
}

/** A database on a server. Nothing is asked of it yet. */
export function onServer(connectionString: string, log: Logger): Database {
  const connection = {
    connectionString,
    connectionTimeoutMillis: connectMs,
    application_name: 'astrogate-api',
    keepAlive: true,
  };
  // An api that vanishes in the middle of a transaction must not hold its locks until TCP notices.
  const limits = {
    query_timeout: queryMs,
    statement_timeout: serverGivesUpMs,
    idle_in_transaction_session_timeout: serverGivesUpMs,
  };
  const open = (config: pg.PoolConfig) => {
    const pool = new pg.Pool({ Client: Connection, ...connection, ...config } as pg.PoolConfig);
    // One that breaks is replaced when the next one is wanted. The pool listens to idle connections only; one that breaks
    // between two queries of a transaction would be an uncaught error.
    pool.on('connect', (client) => {
      client.on('error', (err) => log.warn({ err }, 'a connection to the database was lost'));
    });
    pool.on('error', () => {});
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  };
  const db = open({ max: 8, ...limits });
  const boss = new PgBoss({ ...bossOptions, ...connection, max: 2 });
  return { isEmbedded: false, db, boss, openPatient: () => open({ max: 1 }), close: () => db.destroy() };
}

/** The queue's entries have no time limits of their own and none is kept: leases decide, and an end takes its entry. */
const bossOptions = { schedule: false, supervise: false };

/** Opens, migrates, and on failure closes again. */
export async function prepare(database: Database, log: Logger): Promise<Database> {
  const { db, boss } = database;
  boss.on('error', (err) => log.warn({ err }, 'queue'));
  boss.on('warning', ({ message }) => log.warn({ message }, 'queue'));
  const close = async () => {
    await boss.stop({ graceful: false, close: true }).catch((err) => log.warn({ err }, 'queue'));
    await database.close();
  };
  try {
    const patient = database.openPatient?.();
    await migrate(patient ?? db, log).finally(() => patient?.destroy());
    await boss.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...database, close };
}
