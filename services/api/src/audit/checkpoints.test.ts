import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AuditCheckpoint,
  checkpointOfLine,
  createLogger,
  isSigned,
  publicKeyText,
  verifyAudit,
} from '@astrogate/common';
import { describe, expect, test } from '@jest/globals';
import { FakeAuditStore } from '../../test-support/fake-audit-store.js';
import { recordLog } from '../../test-support/recorded-log.js';
import type { AuditAct } from './audit.js';
import { derivedAuditKey, readAuditKey } from './checkpoint-key.js';
import { Checkpoints, startCheckpoints } from './checkpoints.js';

const { privateKey: key } = generateKeyPairSync('ed25519');
const anAct: AuditAct = {
  ...{ act: 'job.delete', actor: 'user:u1', address: '', target: 'job:j1', result: 'done', requestId: 'r1' },
};

/** Checkpoints of an audit log in memory, with a clock that stands. */
function setUp() {
  const audit = new FakeAuditStore();
  const recorded = recordLog();
  const clock = { ms: 0 };
  const parts = { audit, key, log: recorded.log, now: () => new Date(clock.ms) };
  const append = (count: number) => {
    for (let i = 0; i < count; i++) audit.add(anAct);
  };
  const written = () =>
    recorded.lines
      .map((line) => checkpointOfLine(JSON.stringify(line)))
      .filter((found): found is AuditCheckpoint => found !== undefined);
  return { audit, parts, clock, append, written, recorded, checkpoints: new Checkpoints(parts) };
}

describe('a checkpoint is written', () => {
  test('at the first look, then after 500 rows or five minutes, and not when nothing is new', async () => {
    const { clock, append, written, checkpoints } = setUp();
    await checkpoints.look();
    expect(written()).toEqual([]);
    append(1);
    await checkpoints.look();
    append(499);
    await checkpoints.look();
    expect(written().map(({ seq }) => seq)).toEqual([1]);
    append(1);
    await checkpoints.look();
    append(1);
    clock.ms = 299_999;
    await checkpoints.look();
    expect(written().map(({ seq }) => seq)).toEqual([1, 501]);
    clock.ms = 300_000;
    await checkpoints.look();
    clock.ms = 3_000_000;
    await checkpoints.look();
    expect(written().map(({ seq }) => seq)).toEqual([1, 501, 502]);
  });

  test('when the api ends, so that a stopped service can be checked to its last row', async () => {
    const { parts, append, written } = setUp();
    append(1);
    const running = startCheckpoints(parts);
    append(3);
    await running.stop();
    expect(written().at(-1)?.seq).toBe(4);
  });

  test('with a signature that the rows can be checked by', async () => {
    const { audit, append, written, checkpoints } = setUp();
    append(5);
    await checkpoints.look();
    const [checkpoint] = written() as [AuditCheckpoint];
    expect(checkpoint.publicKey).toBe(publicKeyText(key));
    expect(isSigned(checkpoint)).toBe(true);
    expect(await verifyAudit(audit.rows, written(), publicKeyText(key))).toMatchObject({ checkedTo: 5, findings: [] });
  });
});

test('a checkpoint is written also where only errors are logged', async () => {
  const { parts, append } = setUp();
  append(1);
  const lines: string[] = [];
  const log = createLogger('api', 'error', { write: (line) => void lines.push(line) });
  log.info('not written');
  await new Checkpoints({ ...parts, log }).look();
  expect(lines.map((line) => checkpointOfLine(line)?.seq)).toEqual([1]);
});

describe('what was tampered with since the last checkpoint is told at the next look', () => {
  test.each([
    ['a cut-off end', (audit: FakeAuditStore) => audit.rows.splice(3)],
    ['an empty table', (audit: FakeAuditStore) => audit.rows.splice(0)],
    [
      'rows that were written anew',
      (audit: FakeAuditStore) => [...audit.rows.splice(0), 1].map(() => audit.add({ ...anAct, actor: 'user:u2' })),
    ],
  ])('%s', async (_what, tamper) => {
    const { audit, append, recorded, checkpoints } = setUp();
    append(5);
    await checkpoints.look();
    await checkpoints.look();
    expect(recorded.text()).not.toContain('tampered');
    tamper(audit);
    await checkpoints.look();
    expect(recorded.text()).toContain('tampered');
  });
});

test('while the database is away there is no checkpoint, and one when it is back', async () => {
  const { audit, parts, append, written, recorded } = setUp();
  append(1);
  audit.check = async () => {
    throw new Error('away');
  };
  const running = startCheckpoints(parts);
  audit.check = async () => {};
  await running.stop();
  expect(recorded.text()).toContain('no checkpoint');
  expect(written().map(({ seq }) => seq)).toEqual([1]);
});

describe('the key', () => {
  test('of the database is the same for the same secret', () => {
    const [one, same, another] = [7, 7, 8].map((byte) => publicKeyText(derivedAuditKey(Buffer.alloc(32, byte))));
    expect(one).toBe(same);
    expect(one).not.toBe(another);
  });

  test('of a file is Ed25519 in PEM and nothing else', () => {
    const directory = mkdtempSync(join(tmpdir(), 'astrogate-audit-'));
    const file = join(directory, 'key.pem');
    const pem = { format: 'pem', type: 'pkcs8' } as const;
    writeFileSync(file, key.export(pem));
    expect(publicKeyText(readAuditKey(file))).toBe(publicKeyText(key));
    writeFileSync(file, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem));
    expect(() => readAuditKey(file)).toThrow('API_AUDIT_KEY_FILE holds no Ed25519 key');
    writeFileSync(file, 'no key');
    expect(() => readAuditKey(file)).toThrow('API_AUDIT_KEY_FILE cannot be used');
    rmSync(directory, { recursive: true });
    expect(() => readAuditKey(file)).toThrow('ENOENT');
  });
});
