import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { packMembers } from '../../test-support/vault/contract-snapshot.js';
import { checked } from './snapshot-check.js';

const members = {
  'meta.json': Buffer.from('{}'),
  'state.bin': Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 31) % 251)),
  SHA256SUMS: Buffer.from('sums'),
  'SHA256SUMS.sealed': Buffer.from('sealed'),
};

function inPieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

const read = (bytes: Buffer, size = 100) => buffer(checked(Readable.from(inPieces(bytes, size)), 'vault_unavailable'));

describe('a snapshot', () => {
  test.each([1, 7, 512, 1_000_000])('passes unchanged in pieces of %i bytes', async (size) => {
    const whole = packMembers(members);
    expect(await read(whole, size)).toEqual(whole);
  });

  test('that lacks its last member, or has it empty, is not whole, although all of it came', async () => {
    const { 'SHA256SUMS.sealed': _, ...unsealed } = members;
    for (const wrong of [unsealed, { ...unsealed, 'SHA256SUMS.sealed': Buffer.alloc(0) }]) {
      await expect(read(packMembers(wrong))).rejects.toMatchObject({ code: 'vault_unavailable' });
    }
  });

  test('that ends early anywhere, or with the error of Vault as text, is not whole', async () => {
    const whole = packMembers(members);
    for (let end = 0; end < whole.length; end += 13) {
      await expect(read(whole.subarray(0, end))).rejects.toMatchObject({ code: 'vault_unavailable' });
      const text = Buffer.concat([whole.subarray(0, end), Buffer.from('{"errors":["1 error occurred"]}')]);
      await expect(read(text)).rejects.toMatchObject({ code: 'vault_unavailable' });
    }
  });

  test('that is something else in gzip is none', async () => {
    await expect(read(packMembers({}))).rejects.toMatchObject({ code: 'vault_unavailable' });
    const { gzipSync } = await import('node:zlib');
    await expect(read(gzipSync(Buffer.alloc(2000, 'x')))).rejects.toMatchObject({ code: 'vault_unavailable' });
  });
});
