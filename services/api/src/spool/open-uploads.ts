// Chooses where uploads are kept, and makes sure at start that they can be.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Bucket } from './bucket.js';
import { startFailure } from './bucket-failure.js';
import type { BucketPlace } from './bucket-place.js';
import { bucketUploads } from './bucket-uploads.js';
import { directoryUploads } from './directory-uploads.js';
import type { Spool } from './spool.js';
import type { Uploads } from './uploads.js';

/**
 * Throws ConfigError when the server refuses the bucket, the credentials or what we need to do, and
 * `storage_unavailable` when it cannot be asked.
 */
export async function openUploads(place: BucketPlace | undefined, spool: Spool): Promise<Uploads> {
  if (!place) return directoryUploads(spool);
  const { openBucket } = await import('./bucket.js');
  const bucket = openBucket(place);
  try {
    await tryOut(bucket);
  } catch (error) {
    bucket.close();
    throw startFailure(error);
  }
  return bucketUploads(bucket, spool);
}

/** Does once all that is done with uploads. A name like theirs, so that what a killed api leaves is removed like them. */
async function tryOut(bucket: Bucket): Promise<void> {
  await bucket.list(1).next();
  const name = `${randomBytes(16).toString('hex')}.upload`;
  const bytes = Buffer.from('Astrogate was here\n');
  const sha256 = createHash('sha256').update(bytes).digest();
  await bucket.put(name, { bytes: bytes.length, sha256, open: () => Readable.from([bytes], { objectMode: false }) });
  (await bucket.get(name)).destroy();
  await bucket.remove(name);
}
