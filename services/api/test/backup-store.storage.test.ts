// What a store of archives promises, in a directory and in a bucket.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { BackupStore } from '../src/backup/backup-store.js';
import { bucketStore } from '../src/backup/bucket-store.js';
import { directoryStore } from '../src/backup/directory-store.js';
import { newId } from '../src/new-id.js';
import { openBucket } from '../src/spool/bucket.js';
import { startBucket, whyNoBucket } from '../test-support/upload-places.js';

jest.setTimeout(180_000);

const directory = {
  name: 'a directory',
  missing: undefined,
  start: async (dir: string) => ({ store: await directoryStore(dir), end: async () => {} }),
};
const bucket = {
  name: 'a bucket',
  missing: whyNoBucket,
  async start(dir: string) {
    const { server, place } = await startBucket();
    const opened = openBucket({ ...place, prefix: 'night/backups/' });
    const end = async () => {
      opened.close();
      await server.end();
    };
    return { store: bucketStore(opened, dir), end };
  },
};

async function* chunks(...list: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of list) yield Buffer.from(chunk);
}

for (const { name, missing, start } of [directory, bucket]) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let dir: string;
    let store: BackupStore;
    let end: () => Promise<void>;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'astrogate-store-'));
      ({ store, end } = await start(dir));
    });
    afterAll(async () => {
      await end?.();
      rmSync(dir, { recursive: true, force: true });
    });
    const finished = () => readdirSync(dir).filter((file) => !/^[0-9a-f]{32}\.backup$/.test(file));

    test('what was kept can be opened any number of times, and is listed', async () => {
      const id = newId();
      const { bytes, sha256 } = await store.put(id, chunks('one ', 'archive'), 1000);
      expect([bytes, sha256]).toEqual([11, expect.stringMatching(/^[0-9a-f]{64}$/)]);
      for (let time = 0; time < 2; time++) expect(String(await buffer(await store.open(id)))).toBe('one archive');
      expect((await store.list()).map((found) => found.id)).toContain(id);
      await store.remove(id);
      await store.remove(id);
      expect((await store.list()).map((found) => found.id)).not.toContain(id);
      await expect(store.open(id)).rejects.toMatchObject({ code: 'backup_not_found' });
    });

    test('one that breaks off or is too large leaves nothing', async () => {
      const broken = (async function* () {
        yield Buffer.from('half');
        throw new Error('it broke off');
      })();
      const [first, second] = [newId(), newId()];
      await expect(store.put(first, broken, 1000)).rejects.toThrow('it broke off');
      await expect(store.put(second, chunks('too', 'large'), 7)).rejects.toMatchObject({ code: 'backup_invalid' });
      const ids = (await store.list()).map((found) => found.id);
      expect(ids).not.toContain(first);
      expect(ids).not.toContain(second);
      expect(finished()).toEqual([]);
    });

    test('several at the same moment', async () => {
      const ids = Array.from({ length: 5 }, newId);
      await Promise.all(ids.map((id) => store.put(id, chunks('of ', id), 1000)));
      for (const id of ids) expect(String(await buffer(await store.open(id)))).toBe(`of ${id}`);
      expect(finished()).toEqual([]);
    });

    test('an id that is none names nothing', async () => {
      for (const id of ['../evil', '/etc/passwd', '', 'x'.repeat(32)])
        await expect(store.open(id)).rejects.toMatchObject({ code: 'backup_not_found' });
    });
  });
}

test('a file is for its owner alone, and none takes the place of another', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'astrogate-store-')), 'backups');
  const store = await directoryStore(dir);
  const id = newId();
  await store.put(id, chunks('first'), 100);
  await expect(store.put(id, chunks('second'), 100)).rejects.toMatchObject({ code: 'backup_invalid' });
  expect(String(await buffer(await store.open(id)))).toBe('first');
  expect(statSync(join(dir, `${id}.backup`)).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});
