// Members and their manifest as one compressed tar, streamed. The manifest comes last, when all is known.
import { createHash } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createDeflate } from 'node:zlib';
import { AstrogateError } from '@astrogate/proto';
import { pack as openTar, type Pack } from 'tar-stream';
import { freeBytes, largestRatio } from './caps.js';
import type { Manifest, ManifestMember } from './manifest.js';
import { manifestName } from './member-name.js';

export interface Member {
  readonly name: string;
  readonly bytes: number;
  readonly rows?: number;
  read(): AsyncIterable<Buffer>;
}

/** Throws `storage_unavailable` when a member has not as many bytes as it says, and what `members` throws. */
export async function* packMembers(
  members: AsyncIterable<Member>,
  about: Omit<Manifest, 'members'>,
  toManifest: (manifest: Manifest) => Buffer = (manifest) => Buffer.from(JSON.stringify(manifest)),
): AsyncGenerator<Buffer> {
  const tar = openTar();
  const filled = fill(tar, members, about, toManifest).then(
    () => tar.finalize(),
    (error) => tar.destroy(error),
  );
  const packed = new PassThrough();
  const done = compress(tar, packed).catch((error) => packed.destroy(error));
  try {
    for await (const chunk of packed) yield chunk as Buffer;
  } finally {
    packed.destroy();
    tar.destroy();
    await Promise.all([done, filled]);
  }
}

async function fill(
  tar: Pack,
  members: AsyncIterable<Member>,
  about: Omit<Manifest, 'members'>,
  toManifest: (manifest: Manifest) => Buffer,
): Promise<void> {
  const listed: ManifestMember[] = [];
  for await (const { name, bytes, rows, read } of members) {
    const hash = createHash('sha256');
    await add(tar, name, bytes, hashed(read(), hash));
    listed.push({ name, bytes, sha256: hash.digest('hex'), ...(rows !== undefined && { rows }) });
  }
  const manifest = toManifest({ ...about, members: listed });
  await add(tar, manifestName, manifest.length, one(manifest));
}

async function add(tar: Pack, name: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > size) break;
      yield chunk;
    }
    if (bytes !== size) throw new AstrogateError('storage_unavailable', `${name} changed while it was backed up`);
  };
  await pipeline(counted, tar.entry({ name, size, mode: 0o600, mtime: new Date(0) }));
}

/** Compresses until the result would be one that is refused as a bomb; what follows is stored as it is. */
async function compress(tar: Pack, to: PassThrough): Promise<void> {
  // Not gzip: that cannot change its level on the way.
  const deflate = createDeflate();
  let [read, written] = [0, 0];
  let isStoring = false;
  const before = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      const isNear = !isStoring && read > (freeBytes + written * largestRatio) / 4;
      if (!isNear) return done(null, chunk);
      isStoring = true;
      deflate.params(constants.Z_NO_COMPRESSION, constants.Z_DEFAULT_STRATEGY, () => done(null, chunk));
    },
  });
  const after = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(tar, before, deflate, after, to);
}

async function* hashed(source: AsyncIterable<Buffer>, hash: { update(chunk: Buffer): unknown }) {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* one(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
