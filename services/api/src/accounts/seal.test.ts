import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readMasterKey } from './master-key.js';
import { seal, unseal } from './seal.js';

describe('a sealed secret', () => {
  const key = randomBytes(32);
  const sealed = seal(key, 'totp u1', Buffer.from('secret'));

  test('comes out again with the same key for the same purpose', () => {
    expect(unseal(key, 'totp u1', sealed).toString()).toBe('secret');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('secret');
  });

  test('stays shut for another key or purpose, and when a bit was changed', () => {
    expect(() => unseal(randomBytes(32), 'totp u1', sealed)).toThrow();
    expect(() => unseal(key, 'totp u2', sealed)).toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => unseal(key, 'totp u1', bytes.toString('base64'))).toThrow();
    expect(() => unseal(key, 'totp u1', sealed.slice(0, 20))).toThrow();
  });
});

describe('the master key', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'astrogate-master-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is made once, for its owner alone', () => {
    const path = join(dir, 'deep', 'master-key');
    const key = readMasterKey(path);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readMasterKey(path)).toEqual(key);
  });

  test('is refused when others may read it, or when it is none', () => {
    const path = join(dir, 'master-key');
    readMasterKey(path);
    chmodSync(path, 0o640);
    expect(() => readMasterKey(path)).toThrow('must have mode 0600');
    chmodSync(path, 0o600);
    writeFileSync(path, 'password\n');
    expect(() => readMasterKey(path)).toThrow('no key of 64 hex digits');
  });
});
