// Uploads stay where they arrived: in the spool directory, which apis on one database share.
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { maxChunkBytes } from '@astrogate/common';
import type { Spool } from './spool.js';
import type { Uploads } from './uploads.js';

export function directoryUploads(spool: Spool): Uploads {
  // Keys come from the database; whatever stands there, it names nothing outside the directory.
  const pathOf = (key: string) => join(spool.dir, basename(key));
  return {
    keep: async ({ path }) => basename(path),
    open: (key) => createReadStream(pathOf(key), { highWaterMark: maxChunkBytes }),
    remove: (key) => spool.remove(pathOf(key)),
    unchangedSince: async (time) => (await spool.unchangedSince(time)).map((path) => basename(path)),
  };
}
