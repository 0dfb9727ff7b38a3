// What both places for uploads promise: the directory, and a bucket of a real S3-compatible server.
import { readdirSync } from 'node:fs';
import { maxChunkBytes } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { isUploadName } from '../src/spool/spool.js';
import type { Uploads } from '../src/spool/uploads.js';
import { arrive, measure, type UploadPlace, uploadPlaceKinds } from '../test-support/upload-places.js';

jest.setTimeout(180_000);

const megabyte = 1024 * 1024;
const hour = 3_600_000;

async function keysBefore(uploads: Uploads, time: Date): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of uploads.unchangedSince(time)) keys.push(...page);
  return keys;
}

/** Most bytes of buffers beside those at the beginning, looked at while `act` goes on. */
async function bufferedWhile(act: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  const timer = setInterval(look, 1);
  await act().finally(() => clearInterval(timer));
  look();
  return most;
}

for (const { name, missing, start } of uploadPlaceKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: UploadPlace;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.end());

    test('what one api keeps another one opens, byte for byte, in chunks that fit a message', async () => {
      const [one, other] = [await place.open(), await place.open()];
      const upload = await arrive(one.spool, 3 * megabyte + 1);
      const key = await one.uploads.keep(upload);
      expect(isUploadName(key)).toBe(true);
      const { bytes, sha256, largest } = await measure(await other.uploads.open(key));
      expect([bytes, sha256]).toEqual([upload.bytes, upload.sha256]);
      expect(largest).toBeLessThanOrEqual(maxChunkBytes);
      await other.uploads.remove(key);
    });

    test('one that is removed is lost, and removing it again is fine', async () => {
      const { uploads, spool } = await place.open();
      const key = await uploads.keep(await arrive(spool));
      await uploads.remove(key);
      await uploads.remove(key);
      await expect(uploads.open(key)).rejects.toMatchObject({ code: 'upload_lost' });
      expect(readdirSync(spool.dir)).not.toContain(key);
    });

    test('old uploads are listed, and nothing that is none', async () => {
      const { uploads, spool } = await place.open();
      await place.addForeign('letters-home.txt');
      const keys = [await uploads.keep(await arrive(spool)), await uploads.keep(await arrive(spool))];
      // Arrived, and never kept: its api was killed.
      const unkept = (await arrive(spool)).path.split('/').at(-1) as string;
      expect(await keysBefore(uploads, new Date(Date.now() - hour))).toEqual([]);
      expect((await keysBefore(uploads, new Date(Date.now() + hour))).sort()).toEqual([...keys, unkept].sort());
      for (const key of [...keys, unkept]) await uploads.remove(key);
      expect(await keysBefore(uploads, new Date(Date.now() + hour))).toEqual([]);
    });

    test.each(['../outside.txt', 'letters-home.txt', '..', '', '/etc/passwd', `${'a'.repeat(32)}.upload/../x`])(
      'a key names nothing but uploads: %j',
      async (key) => {
        const { uploads } = await place.open();
        await place.addForeign('letters-home.txt');
        await expect(uploads.open(key)).rejects.toMatchObject({ code: 'upload_lost' });
        await uploads.remove(key);
      },
    );

    test('a stream that nobody reads any more is given back', async () => {
      const { uploads, spool } = await place.open();
      const key = await uploads.keep(await arrive(spool, 5 * megabyte));
      for (let i = 0; i < 60; i++) {
        const stream = await uploads.open(key);
        if (i % 2) for await (const _ of stream) break;
        stream.destroy();
      }
      expect((await measure(await uploads.open(key))).bytes).toBe(5 * megabyte);
      await uploads.remove(key);
    });

    test('50 MB go in and out without staying in memory', async () => {
      const { uploads, spool } = await place.open();
      const upload = await arrive(spool, 50 * megabyte);
      let key = '';
      const keeping = await bufferedWhile(async () => {
        key = await uploads.keep(upload);
      });
      const opening = await bufferedWhile(async () => {
        const { sha256 } = await measure(await uploads.open(key));
        expect(sha256).toEqual(upload.sha256);
      });
      expect(Math.max(keeping, opening)).toBeLessThan(20 * megabyte);
      await uploads.remove(key);
    });
  });
}
