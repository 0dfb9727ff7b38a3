// Uploads go from the spool into a bucket, by the names that they had there.
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import type { Bucket } from './bucket.js';
import { isUploadName, type Spool } from './spool.js';
import type { Uploads } from './uploads.js';

export function bucketUploads(bucket: Bucket, spool: Spool): Uploads {
  return {
    async keep({ path, bytes, sha256 }) {
      const key = basename(path);
      try {
        await bucket.put(key, { bytes, sha256, open: () => createReadStream(path) });
        return key;
      } finally {
        await spool.remove(path);
      }
    },
    async open(key) {
      // Keys come from the database; whatever stands there, it names nothing but uploads.
      if (!isUploadName(key)) throw new AstrogateError('upload_lost');
      return bucket.get(key);
    },
    async remove(key) {
      if (!isUploadName(key)) return;
      await spool.remove(join(spool.dir, key));
      await bucket.remove(key);
    },
    async *unchangedSince(time) {
      // Those that a killed api had not put into the bucket yet.
      yield (await spool.unchangedSince(time)).map((path) => basename(path));
      for await (const page of bucket.list())
        yield page.filter(({ name, changedAt }) => isUploadName(name) && changedAt < time).map(({ name }) => name);
    },
    async check() {
      await bucket.list(1).next();
    },
    close: () => bucket.close(),
  };
}
