import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRow, hashOfAudit, noHash, signCheckpoint } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from '../program.js';
import { type FakeAnswer, problemAnswer, startFakeApi } from '../test-support/fake-api.js';
import { recordOutput } from '../test-support/recorded-output.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

function chain(count: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const who = { actor: 'user:u1', address: '192.0.2.7', target: `job:${seq}`, request_id: `r${seq}` };
    const what = {
      at: '2026-01-31T12:00:00.000Z',
      act: 'job.delete',
      result: 'done',
      detail: { status: 'solved' },
    } as const;
    const row = { seq, ...who, ...what, prev: rows.at(-1)?.hash ?? noHash };
    rows.push({ ...row, hash: hashOfAudit(row) });
  }
  return rows;
}
const rows = chain(9);
const jsonLines = (some: unknown[]) => some.map((row) => `${JSON.stringify(row)}\n`).join('');
const logOf = (seq: number, key = privateKey) =>
  `api-1  | {"msg":"ready"}\napi-1  | ${JSON.stringify({
    auditCheckpoint: signCheckpoint(rows[seq - 1] as AuditRow, new Date(0), key),
  })}\n`;

let directory: string;
const path = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-cli-audit-'));
  writeFileSync(path('audit.jsonl'), jsonLines(rows));
  writeFileSync(path('cut.jsonl'), jsonLines(rows.slice(0, 6)));
  writeFileSync(
    path('changed.jsonl'),
    jsonLines(rows.map((row) => (row.seq === 4 ? { ...row, actor: 'user:u2' } : row))),
  );
  writeFileSync(path('damaged.jsonl'), jsonLines(rows).replace('{"seq":5', '{"seq":'));
  writeFileSync(path('api.log'), logOf(8));
  writeFileSync(path('empty.log'), '{"msg":"ready"}\n');
  writeFileSync(path('strangers.log'), logOf(8, stranger.privateKey));
  writeFileSync(path('key.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function run(answers: Record<string, FakeAnswer>, args: string[]) {
  await using api = await startFakeApi(answers);
  const recorded = recordOutput();
  const code = await runProgram([...args, '--server', api.url], recorded.output, new AbortController().signal);
  return { code, out: recorded.out(), err: recorded.err(), requests: api.requests };
}
const exported = (some: unknown[]): Record<string, FakeAnswer> => ({
  'GET /api/v1/audit/export': {
    headers: { 'content-type': 'application/jsonl' },
    body: Buffer.from(jsonLines(some)),
  },
});

describe('astrogate audit list', () => {
  const page = { rows: rows.slice(7).reverse(), next: '8' };

  test('shows rows and how to go on', async () => {
    const { code, out, err } = await run({ 'GET /api/v1/audit?limit=2': { body: page } }, [
      'audit',
      'list',
      '--limit',
      '2',
    ]);
    expect([code, err]).toEqual([0, 'more with --cursor 8\n']);
    expect(out).toContain('  9  2026-01-31 12:00:00  user:u1  192.0.2.7  job.delete  job:9  done    status=solved\n');
  });

  test('asks for what it was told to', async () => {
    const asked =
      '/api/v1/audit?act=job.delete%2Cjob.cancel&actor=user%3Au1&result=done&after=2026-01-01T00%3A00%3A00Z&limit=50';
    const { code, out } = await run({ [`GET ${asked}`]: { body: { rows: [], next: null } } }, [
      ...['audit', 'list', '--act', 'job.delete,job.cancel', '--actor', 'user:u1', '--result', 'done'],
      ...['--after', '2026-01-01T00:00:00Z', '--json'],
    ]);
    expect([code, JSON.parse(out)]).toEqual([0, { rows: [], next: null }]);
  });

  test('of somebody who is no admin fails with what to do', async () => {
    const answers = { 'GET /api/v1/audit?limit=50': problemAnswer(403, 'forbidden', 'This caller may not do that') };
    const { code, err } = await run(answers, ['audit']);
    expect(code).toBe(3);
    expect(err).toContain('This caller may not do that');
  });
});

describe('astrogate audit export', () => {
  test('prints the lines as they are', async () => {
    const { code, out } = await run(exported(rows), ['audit', 'export']);
    expect([code, out]).toEqual([0, jsonLines(rows)]);
  });

  test('writes a file that only its owner may read', async () => {
    const { code } = await run(exported(rows), ['audit', 'export', '--output', path('out.jsonl')]);
    expect([code, readFileSync(path('out.jsonl'), 'utf8')]).toEqual([0, jsonLines(rows)]);
    expect(statSync(path('out.jsonl')).mode & 0o777).toBe(0o600);
  });
});

describe('astrogate audit verify', () => {
  test('finds nothing in what is as it was written, and says what is not vouched for', async () => {
    const { code, out } = await run(exported(rows), ['audit', 'verify']);
    expect(code).toBe(0);
    expect(out).toContain('Audit log    as it was written\nRows         9\n');
    expect(out).toContain('without checkpoints a missing end cannot be seen');
  });

  test('takes an export, logs and a key, and needs no server then', async () => {
    const args = [
      '--file',
      path('audit.jsonl'),
      '--checkpoints',
      path('empty.log'),
      path('api.log'),
      '--key',
      path('key.pem'),
    ];
    const { code, out, requests } = await run({}, ['audit', 'verify', '--json', ...args]);
    expect([code, requests.length]).toEqual([0, 0]);
    expect(JSON.parse(out)).toEqual({ rows: 9, head: { seq: 9, hash: rows[8]?.hash }, checkedTo: 8, findings: [] });
  });

  test.each([
    ['a changed row', ['--file', 'changed.jsonl'], 'changed 4: '],
    ['a cut-off end', ['--file', 'cut.jsonl', '--checkpoints', 'api.log'], 'cut_off 7 to 8: '],
    ['a line that is no row', ['--file', 'damaged.jsonl'], 'unreadable 5: '],
    [
      'a checkpoint of a stranger',
      ['--file', 'audit.jsonl', '--checkpoints', 'strangers.log', '--key', 'key.pem'],
      'bad_checkpoint 8: ',
    ],
  ])('finds %s, with exit code 1', async (_what, args, expected) => {
    const { code, out } = await run({}, [
      'audit',
      'verify',
      ...args.map((arg) => (arg.startsWith('--') ? arg : path(arg))),
    ]);
    expect(code).toBe(1);
    expect(out).toContain(expected);
  });

  test('finds a row that the server leaves out', async () => {
    const { code, out } = await run(exported(rows.filter(({ seq }) => seq !== 3)), ['audit', 'verify']);
    expect(code).toBe(1);
    expect(out).toContain('missing 3: ');
  });

  test.each([
    ['a file that is not there', ['--file', 'nothing.jsonl'], 'cannot be read (ENOENT)'],
    ['logs without a checkpoint', ['--file', 'audit.jsonl', '--checkpoints', 'empty.log'], 'no checkpoint stands in'],
    ['a key that is none', ['--file', 'audit.jsonl', '--key', 'api.log'], 'cannot be used as key'],
  ])('refuses %s as wrong usage', async (_what, args, expected) => {
    const { code, err } = await run({}, [
      'audit',
      'verify',
      ...args.map((arg) => (arg.startsWith('--') ? arg : path(arg))),
    ]);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });

  test('an export that ends early is no record with a missing end', async () => {
    const server = createServer((_request, response) => {
      response.write(jsonLines(rows), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { output, err } = recordOutput();
    const code = await runProgram(['audit', 'verify', '--server', url], output, new AbortController().signal);
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(4);
    expect(err()).toContain('the export ended early');
  });
});
