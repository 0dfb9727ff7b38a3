// What only a bucket can do: be away, break off, refuse.
import { readdirSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@astrogate/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openBucket } from '../src/spool/bucket.js';
import type { BucketPlace } from '../src/spool/bucket-place.js';
import { openUploads } from '../src/spool/open-uploads.js';
import { Spool } from '../src/spool/spool.js';
import type { Uploads } from '../src/spool/uploads.js';
import { openTap, type Tap } from '../test-support/tap.js';
import {
  arrive,
  measure,
  newDirectory,
  startBucket,
  type TestBucket,
  whyNoBucket,
} from '../test-support/upload-places.js';

jest.setTimeout(180_000);

const megabyte = 1024 * 1024;
const suite = whyNoBucket === undefined ? describe : describe.skip;

suite(whyNoBucket === undefined ? 'a bucket' : `a bucket (${whyNoBucket})`, () => {
  let store: TestBucket;
  let tap: Tap;
  let spool: Spool;
  let uploads: Uploads;
  const throughTap = (): BucketPlace => ({ ...store.place, endpoint: `http://127.0.0.1:${tap.port}` });

  beforeAll(async () => {
    store = await startBucket();
  });
  beforeEach(async () => {
    tap = await openTap(store.server.port);
    spool = await Spool.open(newDirectory());
    uploads = await openUploads(throughTap(), spool);
  });
  afterEach(async () => {
    uploads.close();
    await tap.close();
  });
  afterAll(() => store?.server.end());

  test('a server that is killed while an upload goes in: storage_unavailable, and nothing of it is anywhere', async () => {
    const upload = await arrive(spool, 20 * megabyte);
    let killed: Promise<void> | undefined;
    tap.after('up', 5 * megabyte, () => {
      killed = store.server.kill();
    });
    await expect(uploads.keep(upload)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await killed;
    expect(readdirSync(spool.dir)).toEqual([]);
    await store.server.restart();
    for await (const page of uploads.unchangedSince(new Date(Date.now() + 3_600_000))) expect(page).toEqual([]);
  });

  test('a server that is killed while an upload comes out: storage_unavailable, and it is whole after a restart', async () => {
    const upload = await arrive(spool, 20 * megabyte);
    const key = await uploads.keep(upload);
    const stream = await uploads.open(key);
    tap.after('down', 5 * megabyte, () => void store.server.kill());
    await expect(measure(stream)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(uploads.open(key)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(uploads.check()).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(uploads.remove(key)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await store.server.restart();
    await uploads.check();
    expect((await measure(await uploads.open(key))).sha256).toEqual(upload.sha256);
    await uploads.remove(key);
  });

  test('a connection that breaks once is nothing that anybody hears of', async () => {
    const upload = await arrive(spool, 20 * megabyte);
    tap.after('up', 5 * megabyte, () => tap.cut());
    const key = await uploads.keep(upload);
    expect((await measure(await uploads.open(key))).sha256).toEqual(upload.sha256);
    await uploads.remove(key);
  });

  test('a stream that breaks while nobody reads it is no uncaught error', async () => {
    const key = await uploads.keep(await arrive(spool, 20 * megabyte));
    const stream = await uploads.open(key);
    tap.cut();
    await expect(measure(stream)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await uploads.remove(key);
  });

  test('bytes that are not those that arrived are refused', async () => {
    const upload = await arrive(spool);
    writeFileSync(upload.path, Buffer.alloc(upload.bytes));
    await expect(uploads.keep(upload)).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(readdirSync(spool.dir)).toEqual([]);
  });

  test('many objects are listed in pages, each once', async () => {
    const keys: string[] = [];
    for (let i = 0; i < 5; i++) keys.push(await uploads.keep(await arrive(spool)));
    await store.put('night/other');
    await store.put('other/uploads/x');
    const bucket = openBucket(store.place);
    const pages: string[][] = [];
    for await (const page of bucket.list(2)) pages.push(page.map(({ name }) => name));
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat().sort()).toEqual(keys.sort());
    for (const key of keys) await uploads.remove(key);
    bucket.close();
  });

  describe('at start', () => {
    const secret = () => store.place.credentials.secretAccessKey;
    const refusals: [string, () => Partial<BucketPlace>, string][] = [
      ['a missing bucket', () => ({ bucket: 'not-there' }), 'API_S3_BUCKET names no bucket'],
      [
        'an unknown access key',
        () => ({ credentials: { accessKeyId: 'nobody:here', secretAccessKey: secret() } }),
        'API_S3_CREDENTIALS_FILE',
      ],
      [
        'a wrong secret key',
        () => ({ credentials: { ...store.place.credentials, secretAccessKey: 'hunter2' } }),
        'API_S3_CREDENTIALS_FILE',
      ],
      ['a wrong region', () => ({ region: 'mars-north-1' }), 'API_S3_REGION'],
    ];

    test.each(refusals)('%s is a wrong configuration, told without the secret', async (_, wrong, told) => {
      const error = await openUploads({ ...store.place, ...wrong() }, spool).catch((error) => error);
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toContain(told);
      expect(error.message).not.toContain(secret());
      expect(error.message).not.toContain('hunter2');
    });

    test('a server that is not there is told, and is no wrong configuration', async () => {
      const nowhere = { ...store.place, endpoint: 'http://127.0.0.1:1' };
      const error = await openUploads(nowhere, spool).catch((error) => error);
      expect(error.code).toBe('storage_unavailable');
      expect(error.message).toMatch(/^the server of API_S3_BUCKET cannot be used now/);
    });

    test('nothing is left of the trial', async () => {
      const bucket = openBucket(store.place);
      for await (const page of bucket.list()) expect(page).toEqual([]);
      bucket.close();
    });
  });
});
