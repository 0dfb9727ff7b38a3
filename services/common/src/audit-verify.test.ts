import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type AuditCheckpoint, checkpointOfLine, isSigned, publicKeyText, signCheckpoint } from './audit-checkpoint.js';
import { type AuditRow, hashOfAudit, isAuditRow, noHash } from './audit-row.js';
import { type AuditFinding, verifyAudit } from './audit-verify.js';

const { privateKey: key } = generateKeyPairSync('ed25519');
const { privateKey: strangersKey } = generateKeyPairSync('ed25519');
const at = new Date('2026-01-31T12:00:00.123Z');

/** `row` with the hash that belongs to it. */
const hashed = (row: Omit<AuditRow, 'hash'>): AuditRow => ({ ...row, hash: hashOfAudit(row) });

function chain(count: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let seq = 1; seq <= count; seq++)
    rows.push(
      hashed({
        seq,
        at: new Date(at.getTime() + seq).toISOString(),
        act: 'job.delete',
        actor: 'user:u1',
        address: '192.0.2.7',
        target: `job:${seq}`,
        result: 'done',
        request_id: `r${seq}`,
        detail: { status: 'solved', bytes: seq, isOwn: true },
        prev: rows.at(-1)?.hash ?? noHash,
      }),
    );
  return rows;
}

const checkpointOf = (rows: AuditRow[], seq: number, by = key): AuditCheckpoint =>
  signCheckpoint(rows[seq - 1] as AuditRow, at, by);
const findings = async (rows: unknown[], checkpoints: AuditCheckpoint[] = [], publicKey?: string) =>
  (await verifyAudit(rows, checkpoints, publicKey)).findings;

/** Hashes from `from` on made anew, as someone would who can write every row. */
function rehash(rows: AuditRow[], from: number): AuditRow[] {
  const made: AuditRow[] = [];
  for (const row of rows) made.push(row.seq < from ? row : hashed({ ...row, prev: made.at(-1)?.hash ?? noHash }));
  return made;
}

describe('a chain', () => {
  test('as it was written has no findings, and its report says how far it was vouched for', async () => {
    const rows = chain(20);
    expect(await verifyAudit(rows, [checkpointOf(rows, 10), checkpointOf(rows, 15)])).toEqual({
      rows: 20,
      head: { seq: 20, hash: rows[19]?.hash },
      checkedTo: 15,
      findings: [],
    });
    expect(await verifyAudit([])).toEqual({ rows: 0, head: { seq: 0, hash: noHash }, checkedTo: 0, findings: [] });
  });

  test('is the same after it has been through JSON, whatever the order of names', async () => {
    const rows = chain(3).map(({ detail, hash, ...row }) => ({
      hash,
      detail: Object.fromEntries(Object.entries(detail).reverse()),
      ...row,
    }));
    expect(await findings(JSON.parse(JSON.stringify(rows)))).toEqual([]);
  });

  test('a row has the hash that it always had: whoever changes the form gives it another name', () => {
    expect(chain(1)[0]?.hash).toBe('2ff1cf5d48c37cb679ff6d5f6713ce8c2cba95d6661349409f27c4ee768e00f6');
  });

  const changes: [string, Partial<AuditRow>][] = [
    ['at', { at: '2026-01-31T12:00:00.999Z' }],
    ['act', { act: 'job.cancel' }],
    ['actor', { actor: 'user:u2' }],
    ['address', { address: '192.0.2.8' }],
    ['target', { target: 'job:1' }],
    ['result', { result: 'refused' }],
    ['request_id', { request_id: 'r' }],
    ['detail', { detail: { status: 'solved', bytes: '5', isOwn: true } }],
    ['detail, one name more', { detail: { status: 'solved', bytes: 5, isOwn: true, x: '' } }],
  ];
  test.each(changes)('with a changed %s is found at that row', async (_field, change) => {
    const rows = chain(9).map((row) => (row.seq === 5 ? { ...row, ...change } : row));
    expect(await findings(rows)).toEqual([{ kind: 'changed', seq: 5 }]);
  });

  test('text that moves from one field to the next is found', async () => {
    const [row] = chain(1) as [AuditRow];
    expect(hashOfAudit({ ...row, actor: 'ab', address: 'c' })).not.toBe(
      hashOfAudit({ ...row, actor: 'a', address: 'bc' }),
    );
  });

  const removals: [string, (rows: AuditRow[]) => AuditRow[], AuditFinding[]][] = [
    ['one row', (rows) => rows.filter(({ seq }) => seq !== 5), [{ kind: 'missing', seq: 5, to: 5 }]],
    ['the beginning', (rows) => rows.slice(3), [{ kind: 'missing', seq: 1, to: 3 }]],
    [
      'two stretches',
      (rows) => rows.filter(({ seq }) => ![2, 3, 7].includes(seq)),
      [
        { kind: 'missing', seq: 2, to: 3 },
        { kind: 'missing', seq: 7, to: 7 },
      ],
    ],
  ];
  test.each(removals)('without %s is found', async (_what, remove, expected) => {
    expect(await findings(remove(chain(9)))).toEqual(expected);
  });

  test('without a row whose place was taken by renumbering is found', async () => {
    const rows = chain(9)
      .filter(({ seq }) => seq !== 5)
      .map((row) => (row.seq > 5 ? { ...row, seq: row.seq - 1 } : row));
    expect((await findings(rows)).map(({ kind, seq }) => `${kind} ${seq}`).slice(0, 2)).toEqual([
      'unlinked 5',
      'changed 5',
    ]);
  });

  test('with a row whose hash was made anew is found at the row behind it', async () => {
    const rows = chain(9).map((row) => (row.seq === 5 ? hashed({ ...row, actor: 'user:u2' }) : row));
    expect(await findings(rows)).toEqual([{ kind: 'unlinked', seq: 6 }]);
  });

  test('with a row twice, rows in another order, and what is no row', async () => {
    const [one, two, three] = chain(3) as [AuditRow, AuditRow, AuditRow];
    expect(await findings([one, two, two, three])).toEqual([{ kind: 'misplaced', seq: 2 }]);
    expect(await findings([one, three, two])).toEqual([
      { kind: 'missing', seq: 2, to: 2 },
      { kind: 'misplaced', seq: 2 },
    ]);
    expect(await findings([one, null, { ...two, detail: [] }, two, three])).toEqual([
      { kind: 'unreadable', seq: 2 },
      { kind: 'unreadable', seq: 3 },
    ]);
  });

  test('that is broken everywhere has no endless report', async () => {
    expect(await findings(chain(300).map((row) => ({ ...row, actor: 'x' })))).toHaveLength(100);
  });
});

describe('a checkpoint', () => {
  test('finds a cut-off end, which the chain alone cannot', async () => {
    const rows = chain(9);
    expect(await findings(rows.slice(0, 6))).toEqual([]);
    expect(await findings(rows.slice(0, 6), [checkpointOf(rows, 8)])).toEqual([{ kind: 'cut_off', seq: 7, to: 8 }]);
    expect(await findings([], [checkpointOf(rows, 8)])).toEqual([{ kind: 'cut_off', seq: 1, to: 8 }]);
  });

  test('finds a chain that was written anew as a whole, which the chain alone cannot', async () => {
    const rows = chain(9);
    const forged = rehash(
      rows.map((row) => (row.seq === 2 ? { ...row, actor: 'user:u2' } : row)),
      2,
    );
    expect(await findings(forged)).toEqual([]);
    expect(await findings(forged, [checkpointOf(rows, 8)])).toEqual([{ kind: 'rewritten', seq: 8 }]);
  });

  test('of another key, or changed, counts for nothing and is told', async () => {
    const rows = chain(9);
    const strangers = checkpointOf(rows, 9, strangersKey);
    expect(await findings(rows, [strangers], publicKeyText(key))).toEqual([{ kind: 'bad_checkpoint', seq: 9 }]);
    expect(await findings(rows, [strangers], publicKeyText(strangersKey))).toEqual([]);
    const good = checkpointOf(rows, 9);
    for (const change of [{ seq: 4 }, { hash: noHash }, { at: '2026-01-31T12:00:01.000Z' }, { publicKey: 'x' }])
      expect(isSigned({ ...good, ...change })).toBe(false);
    expect((await verifyAudit(rows, [{ ...good, seq: 20 }])).checkedTo).toBe(0);
  });

  test('is read from a line of the log, also behind a prefix', () => {
    const checkpoint = checkpointOf(chain(1), 1);
    const line = JSON.stringify({ level: 'info', auditCheckpoint: checkpoint, msg: 'audit checkpoint' });
    for (const text of [line, `api-1  | ${line}`, `2026-01-31 host astrogate[1]: ${line}`])
      expect(checkpointOfLine(text)).toEqual(checkpoint);
    for (const text of ['', 'auditCheckpoint', '{"auditCheckpoint"', '{"auditCheckpoint":{"seq":1}}'])
      expect(checkpointOfLine(text)).toBeUndefined();
  });
});

test('what has the fields of a row is told from what has not', () => {
  const [row] = chain(1);
  expect(isAuditRow(row)).toBe(true);
  for (const change of [{ seq: 1.5 }, { at: 1 }, { result: 'maybe' }, { detail: { a: {} } }, { detail: null }])
    expect(isAuditRow({ ...row, ...change })).toBe(false);
});
