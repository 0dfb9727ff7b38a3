import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jpeg } from '../../test-support/pictures.js';
import { removeOrphans } from '../jobs/retention.js';
import { directoryUploads } from './directory-uploads.js';
import { Spool, storageError } from './spool.js';
import { writeUpload } from './upload-writer.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'astrogate-spool-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('starting leaves the uploads of an earlier process', async () => {
  const name = `${'a'.repeat(32)}.upload`;
  writeFileSync(join(dir, name), 'x');
  await Spool.open(dir);
  expect(readdirSync(dir)).toEqual([name]);
});

test('old uploads that no job needs are removed, and nothing else', async () => {
  const [needed, orphan, fresh] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(32)}.upload`) as [
    string,
    string,
    string,
  ];
  for (const name of [needed, orphan, fresh, 'letters-home.txt']) writeFileSync(join(dir, name), 'x');
  for (const name of [needed, orphan, 'letters-home.txt']) utimesSync(join(dir, name), 1000, 1000);
  const uploads = directoryUploads(await Spool.open(dir));
  await removeOrphans({ neededUploads: async () => new Set([needed]) }, uploads, new Date(2_000_000));
  expect(readdirSync(dir).sort()).toEqual([needed, fresh, 'letters-home.txt']);
});

test('a key names nothing outside the directory', async () => {
  const outside = join(dir, 'outside.txt');
  writeFileSync(outside, 'x');
  const uploads = directoryUploads(await Spool.open(join(dir, 'spool')));
  await uploads.remove('../outside.txt');
  expect(existsSync(outside)).toBe(true);
  await expect(uploads.open('../outside.txt')).rejects.toMatchObject({ code: 'upload_lost' });
});

test('a file that is gone is lost; one in a directory that is away, or that cannot be read, may come back', async () => {
  const key = `${'a'.repeat(32)}.upload`;
  const uploads = directoryUploads(await Spool.open(join(dir, 'spool')));
  await expect(uploads.open(key)).rejects.toMatchObject({ code: 'upload_lost' });
  mkdirSync(join(dir, 'spool', key));
  await expect(uploads.open(key).then(buffer)).rejects.toThrow('EISDIR');
  rmSync(join(dir, 'spool'), { recursive: true });
  await expect(uploads.open(key)).rejects.toMatchObject({ code: 'storage_unavailable' });
});

test('a missing directory is made for this user alone', async () => {
  const inner = join(dir, 'a', 'b');
  await Spool.open(inner);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
});

test('a directory that cannot be used is a wrong configuration', async () => {
  writeFileSync(join(dir, 'file'), 'x');
  await expect(Spool.open(join(dir, 'file'))).rejects.toThrow('API_SPOOL_DIR cannot be used (EEXIST)');
});

test('an upload for which there is no room is storage_full, and room is given back', async () => {
  const spool = await Spool.open(dir);
  await expect(spool.create(2 ** 60)).rejects.toMatchObject({ code: 'storage_full' });
  const { handle, release } = await spool.create(1000);
  await handle.close();
  release();
  release();
  await expect(spool.create(2 ** 60)).rejects.toMatchObject({ code: 'storage_full' });
  expect(readdirSync(dir)).toHaveLength(1);
});

test.each([
  ['ENOSPC', 'storage_full'],
  ['EDQUOT', 'storage_full'],
  ['EIO', 'internal'],
])('a write that fails with %s is %s', (code, expected) => {
  expect(storageError(Object.assign(new Error('x'), { code })).code).toBe(expected);
});

test('a source that fails leaves no file', async () => {
  const spool = await Spool.open(dir);
  async function* broken() {
    yield jpeg(100);
    throw new Error('cable cut');
  }
  const written = writeUpload(spool, Readable.from(broken()), { maxBytes: 1000, expectedBytes: 1000 });
  await expect(written).rejects.toThrow('cable cut');
  expect(readdirSync(dir)).toEqual([]);
});

test('a picture that comes byte by byte is recognised', async () => {
  const spool = await Spool.open(dir);
  const bytes = [...jpeg(50)].map((byte) => Buffer.of(byte));
  const upload = await writeUpload(spool, Readable.from(bytes), { maxBytes: 1000, expectedBytes: 50 });
  expect(upload).toMatchObject({ bytes: 50, format: 'IMAGE_FORMAT_JPEG' });
  expect(existsSync(upload.path)).toBe(true);
});
