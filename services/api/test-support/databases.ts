// The two databases for tests: PGlite in memory and a PostgreSQL server, each empty. One of each serves a whole file.
import { createLogger } from '@astrogate/common';
import { findPostgres, startPostgres } from '@astrogate/local';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { type Database, onPglite, onServer, openDatabase, prepare } from '../src/storage/database.js';
import { openInMemory } from '../src/storage/embedded.js';
import type { Db } from '../src/storage/tables.js';
import { isFull } from './environment.js';

export interface DatabaseKind {
  readonly name: string;
  /** Why it is not here; undefined: it is. */
  readonly missing: string | undefined;
  start(): Promise<TestDatabase>;
}

export interface TestDatabase {
  /** A new connection to it, as of another api; migrated. The embedded one has only one. */
  open(): Promise<Database>;
  /** Removes all jobs. */
  empty(): Promise<void>;
  end(): Promise<void>;
}

const silent = createLogger('api', 'silent');
const emptying = 'truncate solve_jobs, webhook_deliveries, system_jobs, pgboss.job cascade';

const pglite: DatabaseKind = {
  name: 'PGlite',
  missing: undefined,
  async start() {
    const instance = await openInMemory();
    const database = await prepare(
      onPglite(instance, async () => {}),
      silent,
    );
    return {
      // Closing it would end pg-boss for everybody.
      open: async () => ({ ...database, close: async () => {} }),
      empty: async () => void (await instance.query(emptying)),
      async end() {
        await database.close();
        await instance.close();
      },
    };
  },
};

const postgres: DatabaseKind = {
  name: 'PostgreSQL',
  missing:
    findPostgres() === undefined ? 'no PostgreSQL server is installed (Debian: apt-get install postgresql)' : undefined,
  async start() {
    const server = await startPostgres(findPostgres() as string);
    const opened = [await openDatabase({ url: server.url }, silent)];
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    return {
      async open() {
        const database = await openDatabase({ url: server.url }, silent);
        opened.push(database);
        return database;
      },
      empty: async () => void (await client.query(emptying)),
      async end() {
        for (const database of opened) await database.close();
        await client.end();
        await server.end();
      },
    };
  },
};

/** Databases without tables: each that is opened is another one. */
export interface EmptyDatabases {
  open(): Promise<Db>;
  end(): Promise<void>;
}

const emptyPglite = {
  ...pglite,
  async start(): Promise<EmptyDatabases> {
    const opened: PGlite[] = [];
    return {
      async open() {
        const instance = await openInMemory();
        opened.push(instance);
        return onPglite(instance, async () => {}).db;
      },
      end: async () => void (await Promise.all(opened.map((instance) => instance.close()))),
    };
  },
};

const emptyPostgres = {
  ...postgres,
  async start(): Promise<EmptyDatabases> {
    const server = await startPostgres(findPostgres() as string);
    const opened: Db[] = [];
    return {
      async open() {
        const name = `empty${opened.length}`;
        const client = new pg.Client({ connectionString: server.url });
        await client.connect();
        await client.query(`create database ${name}`);
        await client.end();
        const url = new URL(server.url);
        url.pathname = `/${name}`;
        const { db } = onServer(url.href, silent);
        opened.push(db);
        return db;
      },
      async end() {
        for (const db of opened) await db.destroy();
        await server.end();
      },
    };
  },
};

export const emptyDatabases = [emptyPglite, emptyPostgres];
export const databaseKinds: readonly DatabaseKind[] = [pglite, postgres];
/** For what hardly depends on the database. */
export const enoughKinds = isFull ? databaseKinds : databaseKinds.slice(0, 1);
