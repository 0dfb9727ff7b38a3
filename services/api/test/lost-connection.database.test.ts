// Connections to the server that break in the middle of a transaction, or fall silent.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createLogger } from '@astrogate/common';
import { findPostgres, type PostgresServer, startPostgres } from '@astrogate/local';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../src/storage/database.js';
import { inTransaction } from '../src/storage/transaction.js';

jest.setTimeout(60_000);

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

onServer('connections that fall silent are closed, and new ones are used', async () => {
  const passing = new Set<Socket>();
  const all: Socket[] = [];
  const { hostname, port } = new URL(server.url);
  const proxy = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    passing.add(inner).add(outer);
    all.push(inner, outer);
    for (const [from, to] of [[inner, outer] as const, [outer, inner] as const])
      from
        .on('data', (chunk) => passing.has(from) && to.write(chunk))
        .on('error', () => {})
        .on('close', () => to.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = new URL(server.url);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const behind = await openDatabase({ url: url.href }, createLogger('api', 'silent'));
  const ask = () => sql`select 1`.execute(behind.db);
  await Promise.all(Array.from({ length: 8 }, ask));
  passing.clear();
  // All that were open are met once, and none a second time.
  await Promise.allSettled(Array.from({ length: 8 }, ask));
  await expect(Promise.all(Array.from({ length: 8 }, ask))).resolves.toHaveLength(8);
  for (const socket of all) socket.destroy();
  await behind.close();
  proxy.close();
});
