import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTlsFiles } from '@astrogate/common';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ensureCertificates, identities } from './channel-certificates.js';
import { issue } from './issue.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-certificates-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const at = (name: string) => join(directory, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

/** Throws when one of the three could not be used. */
async function ensureUsable(): Promise<void> {
  const paths = await ensureCertificates(directory);
  readTlsFiles(paths.solver, 'server');
  readTlsFiles(paths.api, 'client');
  readTlsFiles(paths.ops, 'client');
}

test('are made once; only their owner may read the keys', async () => {
  await ensureUsable();
  const before = read('api.crt') + read('authority.crt');
  await ensureUsable();
  expect(read('api.crt') + read('authority.crt')).toBe(before);
  for (const name of ['authority', 'solver', 'api', 'ops'])
    expect(statSync(at(`${name}.key`)).mode & 0o777).toBe(0o600);
});

test('a leaf that is about to expire is renewed, the others stay', async () => {
  await ensureUsable();
  const authority = { cert: read('authority.crt'), key: read('authority.key') };
  const old = await issue(authority, { kind: 'client', uri: identities.api }, 2);
  writeFileSync(at('api.crt'), old.cert);
  writeFileSync(at('api.key'), old.key);
  const ops = read('ops.crt');
  await ensureUsable();
  expect(read('api.crt')).not.toBe(old.cert);
  expect(read('ops.crt')).toBe(ops);
});

test.each(['authority.key', 'authority.crt', 'api.key', 'solver.crt'])(
  'a run that was interrupted when %s was written is mended by the next',
  async (name) => {
    await ensureUsable();
    const other = mkdtempSync(join(tmpdir(), 'astrogate-certificates-'));
    await ensureCertificates(other);
    copyFileSync(join(other, name), at(name));
    rmSync(other, { recursive: true });
    await ensureUsable();
  },
);

test('leaves of an earlier authority are made anew', async () => {
  await ensureUsable();
  const other = mkdtempSync(join(tmpdir(), 'astrogate-certificates-'));
  await ensureCertificates(other);
  for (const name of ['authority.key', 'authority.crt']) copyFileSync(join(other, name), at(name));
  rmSync(other, { recursive: true });
  await ensureUsable();
});
