// Uploads stay where they arrived: in the spool directory, which apis on one database share.
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { maxChunkBytes } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { isUploadName, type Spool } from './spool.js';
import type { Uploads } from './uploads.js';

export function directoryUploads(spool: Spool): Uploads {
  return {
    keep: async ({ path }) => basename(path),
    async open(key) {
      // Keys come from the database; whatever stands there, it names nothing outside the directory.
      if (!isUploadName(key)) throw new AstrogateError('upload_lost');
      const file = await open(join(spool.dir, key)).catch(async (error) => {
        throw await openFailure(error, spool);
      });
      return file.createReadStream({ highWaterMark: maxChunkBytes });
    },
    async remove(key) {
      if (isUploadName(key)) await spool.remove(join(spool.dir, key));
    },
    async *unchangedSince(time) {
      yield (await spool.unchangedSince(time)).map((path) => basename(path));
    },
    check: () => spool.check(),
    close: () => {},
  };
}

/** A file that is missing in a directory that is there is gone. Anything else may pass, such as a share that is away. */
async function openFailure(error: unknown, spool: Spool): Promise<AstrogateError> {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const isDirectoryThere = await spool.check().then(
    () => true,
    () => false,
  );
  const code = isMissing && isDirectoryThere ? 'upload_lost' : 'storage_unavailable';
  return new AstrogateError(code, undefined, { cause: error });
}
