import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ensureCertificate } from './first.js';
import { selfSigned } from './issuer.js';
import { currentVersion, readVersion, removeVersion, switchTo, versions, writeVersion } from './versions.js';

const [one, other] = ['1'.repeat(32), '2'.repeat(32)] as [string, string];
const pem = { chain: 'the chain', key: 'the key' };
const about = { from: 'issue', names: ['localhost'] } as const;
let home: string;
let root: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astrogate-versions-'));
  root = join(home, 'certificates');
});
afterEach(() => rmSync(home, { recursive: true }));

test('a version is two files that only their owner may read', async () => {
  await writeVersion(root, one, pem, about);
  expect(readFileSync(join(root, one, 'fullchain.pem'), 'utf8')).toBe('the chain');
  expect(readFileSync(join(root, one, 'privkey.pem'), 'utf8')).toBe('the key');
  for (const [path, mode] of [
    ['.', 0o700],
    [one, 0o700],
    [`${one}/fullchain.pem`, 0o600],
    [`${one}/privkey.pem`, 0o600],
  ] as const)
    expect(statSync(join(root, path)).mode & 0o777).toBe(mode);
  expect(await readVersion(root, one)).toEqual({ chain: 'the chain', about });
});

test('a version that is there is left as it is, and half a one is written anew', async () => {
  await writeVersion(root, one, pem, about);
  await writeVersion(root, one, { chain: 'x', key: 'x' }, about);
  expect((await readVersion(root, one)).chain).toBe('the chain');
  mkdirSync(join(root, `.${other}.new`));
  writeFileSync(join(root, `.${other}.new`, 'privkey.pem'), 'half');
  expect(await versions(root)).toEqual([one]);
  await writeVersion(root, other, pem, about);
  expect(readdirSync(root).sort()).toEqual([one, other]);
});

test('the link names one version or another, and never nothing', async () => {
  expect(await currentVersion(root)).toBeUndefined();
  await writeVersion(root, one, pem, about);
  await writeVersion(root, other, { ...pem, chain: 'the other' }, about);
  for (const [version, chain] of [
    [one, 'the chain'],
    [other, 'the other'],
    [one, 'the chain'],
  ] as const) {
    await switchTo(root, version);
    await switchTo(root, version);
    expect(await currentVersion(root)).toBe(version);
    expect(readFileSync(join(root, 'current/fullchain.pem'), 'utf8')).toBe(chain);
  }
  expect(lstatSync(join(root, 'current')).isSymbolicLink()).toBe(true);
  // What a killed api has left of a switch is in nobody's way.
  symlinkSync(one, join(root, '.current.new'));
  await switchTo(root, other);
  expect(await currentVersion(root)).toBe(other);
  await switchTo(root, undefined);
  expect(await currentVersion(root)).toBeUndefined();
});

test('a version that is removed is gone, with what is left of its writing', async () => {
  await writeVersion(root, one, pem, about);
  mkdirSync(join(root, `.${one}.new`));
  await removeVersion(root, one);
  await removeVersion(root, one);
  expect(readdirSync(root)).toEqual([]);
});

test('a directory that somebody else has made is not touched', async () => {
  mkdirSync(join(root, 'current'), { recursive: true });
  await expect(currentVersion(root)).rejects.toMatchObject({ code: 'conflict' });
  rmSync(join(root, 'current'), { recursive: true });
  symlinkSync('/etc', join(root, 'current'));
  await expect(currentVersion(root)).rejects.toMatchObject({ code: 'conflict' });
  await expect(writeVersion(root, '../elsewhere', pem, about)).rejects.toThrow(TypeError);
  expect(existsSync(join(home, 'elsewhere'))).toBe(false);
});

test('apis that make the first certificate at the same moment all start, and one counts', async () => {
  const parts = { root, names: ['localhost'], issuer: selfSigned(() => new Date()) };
  await Promise.all([1, 2, 3, 4].map(() => ensureCertificate(parts)));
  expect(readdirSync(root).sort()).toEqual([await currentVersion(root), 'current'].sort());
  await ensureCertificate(parts);
  expect(readdirSync(root)).toHaveLength(2);
});
