// Archives as objects of a bucket. They go through a file first: a bucket wants to know the length and hash of an object
// before it comes. The file is encrypted like the object.
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import { newId } from '../new-id.js';
import type { Bucket } from '../spool/bucket.js';
import { writeArchiveFile } from './archive-file.js';
import { isBackupId } from './backup.js';
import type { BackupStore } from './backup-store.js';

/** What the S3 API takes in one request. */
const mostObjectBytes = 5 * 1024 ** 3;

const objectName = (id: string) => `${id}.backup`;

/** `bucket` holds nothing but archives; `directory` is for temporary files. */
export function bucketStore(bucket: Bucket, directory: string): BackupStore {
  return {
    async put(id, archive, mostBytes) {
      if (!isBackupId(id)) throw new AstrogateError('backup_not_found');
      const path = join(directory, `${newId()}.sending`);
      try {
        const written = await writeArchiveFile(path, `${path}.new`, archive, Math.min(mostBytes, mostObjectBytes));
        await bucket.put(objectName(id), {
          bytes: written.bytes,
          sha256: Buffer.from(written.sha256, 'hex'),
          open: () => createReadStream(path),
        });
        return written;
      } finally {
        await rm(path, { force: true });
      }
    },
    async open(id) {
      if (!isBackupId(id)) throw new AstrogateError('backup_not_found');
      return bucket.get(objectName(id)).catch((error) => {
        // The bucket's word for an object that is not there.
        throw error.code === 'upload_lost'
          ? new AstrogateError('backup_not_found', undefined, { cause: error })
          : error;
      });
    },
    async remove(id) {
      if (isBackupId(id)) await bucket.remove(objectName(id));
    },
    async list() {
      const found = [];
      for await (const page of bucket.list())
        for (const { name, changedAt } of page) {
          const id = name.replace(/\.backup$/, '');
          if (isBackupId(id) && name !== id) found.push({ id, changedAt });
        }
      return found;
    },
  };
}
