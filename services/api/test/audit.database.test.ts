// The audit log on both databases: it can only be added to, its rows follow one another whoever appends, and what is
// done to it behind the back of the api is found.
import { generateKeyPairSync } from 'node:crypto';
import { type AuditRow, signCheckpoint, verifyAudit } from '@astrogate/common';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { type AuditAct, appendAudit } from '../src/audit/audit.js';
import { auditLog } from '../src/audit/audit-log.js';
import type { Database } from '../src/storage/database.js';
import { inTransaction } from '../src/storage/transaction.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';

jest.setTimeout(120_000);

const { privateKey: key } = generateKeyPairSync('ed25519');
const anAct = (parts: Partial<AuditAct> = {}): AuditAct => ({
  ...{ act: 'job.delete', actor: 'user:u1', address: '192.0.2.7', target: 'job:j1', result: 'done', requestId: 'r1' },
  ...parts,
});

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let database: TestDatabase;
    let one: Database;
    let other: Database;
    beforeAll(async () => {
      database = await start();
      [one, other] = [await database.open(), await database.open()];
    });
    beforeEach(() => bypassing('truncate audit_log'));
    afterAll(() => database?.end());

    /** As the owner of the table, who can take the triggers away. */
    async function bypassing(statement: string): Promise<void> {
      await one.db.transaction().execute(async (trx) => {
        await sql`alter table audit_log disable trigger audit_log_stands`.execute(trx);
        await sql.raw(statement).execute(trx);
        await sql`alter table audit_log enable always trigger audit_log_stands`.execute(trx);
      });
    }
    const rows = () => auditLog(one).rowsAfter(0, 10_000);
    const findings = async (checkpoints: Parameters<typeof verifyAudit>[1] = []) =>
      (await verifyAudit(await rows(), checkpoints)).findings;
    const append = async (count: number) => {
      for (let i = 1; i <= count; i++) await auditLog(one).append(anAct({ target: `job:${i}` }));
    };

    test('a row says who, from where, what, on what, with which result, and by which request', async () => {
      const detail = { status: 'solved', bytes: 1e21, ratio: 0.1, minus: -0, isOwn: true };
      await auditLog(one).append(anAct({ detail }));
      const [row] = (await rows()) as [AuditRow];
      expect(row).toMatchObject({
        ...{ seq: 1, act: 'job.delete', actor: 'user:u1', address: '192.0.2.7', target: 'job:j1', result: 'done' },
        ...{ request_id: 'r1', prev: '0'.repeat(64), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(Math.abs(Date.parse(row.at) - Date.now())).toBeLessThan(60_000);
      expect(await auditLog(one).head()).toEqual({ seq: 1, hash: row.hash });
      expect(await findings()).toEqual([]);
    });

    test('whatever text callers bring along, it is the same when it is read', async () => {
      const hostile = ['\0', 'a\ud800b', '\u{1f52d}'.repeat(400), '"\\\n\u2028', "'; drop table audit_log; --"];
      for (const text of hostile)
        await auditLog(one).append(
          anAct({ actor: text, address: text, target: text, requestId: text, detail: { text } }),
        );
      expect(await findings()).toEqual([]);
      expect((await rows()).map(({ target }) => target.length <= 300)).toEqual(hostile.map(() => true));
    });

    test('rows that two connections append at once follow one another', async () => {
      const logs = [auditLog(one), auditLog(other)];
      const many = Array.from({ length: 100 }, (_, i) => logs[i % 2]?.append(anAct({ target: `job:${i}` })));
      await Promise.all(many);
      expect((await rows()).map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(new Set((await rows()).map(({ target }) => target)).size).toBe(100);
      expect(await findings()).toEqual([]);
    });

    test('an act that is rolled back leaves no row, and no gap', async () => {
      await append(2);
      const failed = inTransaction(one.db, async (trx) => {
        await appendAudit(trx, anAct());
        throw new Error('the act fails after its row');
      });
      await expect(failed).rejects.toThrow();
      await append(1);
      expect((await rows()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(await findings()).toEqual([]);
    });

    test.each([
      ['update', "update audit_log set actor = 'user:u2'"],
      ['update of nothing', "update audit_log set actor = 'user:u2' where false"],
      ['delete', 'delete from audit_log'],
      ['truncate', 'truncate audit_log'],
      ['truncate with others', 'truncate solve_jobs, audit_log cascade'],
      ['insert on conflict', "insert into audit_log select * from audit_log on conflict (seq) do update set act = 'x'"],
      ['delete as a replicated change', "set session_replication_role = 'replica'; delete from audit_log"],
    ])('%s is refused', async (_what, statement) => {
      await append(3);
      const before = await rows();
      const refused = one.db.connection().execute(async (connection) => {
        try {
          for (const part of statement.split(';')) await sql.raw(part).execute(connection);
        } finally {
          await sql`reset session_replication_role`.execute(connection);
        }
      });
      await expect(refused).rejects.toThrow('the audit log can only be added to');
      expect(await rows()).toEqual(before);
    });

    test('a second row behind the same one is refused', async () => {
      await append(3);
      const fork =
        sql`insert into audit_log select 4, at, act, actor, address, target, result, request_id, detail, prev,
        'x' from audit_log where seq = 3`.execute(one.db);
      await expect(fork).rejects.toThrow('unique');
    });

    test.each([
      ['a changed row', "update audit_log set actor = 'user:u2' where seq = 5", [{ kind: 'changed', seq: 5 }]],
      [
        'a changed moment',
        "update audit_log set at = at + interval '1 ms' where seq = 5",
        [{ kind: 'changed', seq: 5 }],
      ],
      ['a changed detail', `update audit_log set detail = '{"a":1}' where seq = 5`, [{ kind: 'changed', seq: 5 }]],
      ['a detail that is no JSON', `update audit_log set detail = '{' where seq = 5`, [{ kind: 'changed', seq: 5 }]],
      ['a result of no kind', "update audit_log set result = 'x' where seq = 9", [{ kind: 'unreadable', seq: 9 }]],
      ['a missing row', 'delete from audit_log where seq = 5', [{ kind: 'missing', seq: 5, to: 5 }]],
      ['a missing beginning', 'delete from audit_log where seq < 3', [{ kind: 'missing', seq: 1, to: 2 }]],
      ['a cut-off end', 'delete from audit_log where seq > 6', [{ kind: 'cut_off', seq: 7, to: 9 }]],
      ['an empty table', 'truncate audit_log', [{ kind: 'cut_off', seq: 1, to: 9 }]],
    ])('%s is found', async (_what, statement, expected) => {
      await append(9);
      const head = await auditLog(one).head();
      if (!head) throw new Error('nothing was appended');
      const checkpoint = signCheckpoint(head, new Date(), key);
      expect(await findings([checkpoint])).toEqual([]);
      await bypassing(statement);
      expect((await findings([checkpoint])).slice(0, 1)).toEqual(expected);
    });

    test('is listed newest first, by page and by what is looked for', async () => {
      await append(5);
      await auditLog(other).append(
        anAct({ act: 'request.refused', actor: 'anonymous', result: 'refused', target: 'x' }),
      );
      const list = async (filter: object) =>
        (await auditLog(one).list({ acts: [], limit: 100, ...filter })).map(({ seq }) => seq);
      expect(await list({})).toEqual([6, 5, 4, 3, 2, 1]);
      expect(await list({ limit: 2, behind: 5 })).toEqual([4, 3]);
      expect(await list({ acts: ['request.refused', 'user.create'] })).toEqual([6]);
      expect(await list({ actor: 'user:u1', target: 'job:3' })).toEqual([3]);
      expect(await list({ result: 'refused' })).toEqual([6]);
      expect(await list({ after: new Date(Date.now() + 3_600_000) })).toEqual([]);
      expect(await list({ before: new Date(Date.now() - 3_600_000) })).toEqual([]);
      expect((await auditLog(one).rowsAfter(2, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
    });
  });
}
