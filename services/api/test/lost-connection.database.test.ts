// A connection to the server breaks in the middle of a transaction, between two queries.
import { createLogger } from '@astrogate/common';
import { findPostgres, type PostgresServer, startPostgres } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../src/storage/database.js';
import { inTransaction } from '../src/storage/transaction.js';

const bin = findPostgres();
const onServer = bin === undefined ? test.skip : test;
let server: PostgresServer;
let database: Database;

beforeAll(async () => {
  if (bin === undefined) return;
  server = await startPostgres(bin);
  database = await openDatabase({ url: server.url }, createLogger('api', 'silent'));
});

afterAll(async () => {
  await database?.close();
  await server?.end();
});

onServer(
  'the transaction fails as storage_unavailable, the process lives, and the next transaction works',
  async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    try {
      const lost = inTransaction(database.db, async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await sql`select 1`.execute(trx);
      });
      await expect(lost).rejects.toMatchObject({ code: 'storage_unavailable' });
    } finally {
      process.off('uncaughtException', note);
    }
    expect(uncaught).toEqual([]);
    await expect(inTransaction(database.db, (trx) => sql`select 1`.execute(trx))).resolves.toBeDefined();
  },
);
