// The two places for uploads for tests: a directory, and a bucket of a real S3-compatible server. Each can be opened
// again and again, as by further apis.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { hasSwift, type SwiftServer, startSwift } from '@astrogate/local';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { BucketPlace } from '../src/spool/bucket-place.js';
import { chunkDone } from '../src/spool/collect-chunks.js';
import { openUploads } from '../src/spool/open-uploads.js';
import { Spool } from '../src/spool/spool.js';
import { type SpooledUpload, writeUpload } from '../src/spool/upload-writer.js';
import type { Uploads } from '../src/spool/uploads.js';
import { jpeg } from './pictures.js';

export interface UploadPlace {
  /** As another api has it: with a spool directory of its own where that may be. */
  open(): Promise<{ uploads: Uploads; spool: Spool }>;
  /** Puts something there that is no upload. `name` begins beside the uploads. */
  addForeign(name: string): Promise<void>;
  end(): Promise<void>;
}

export interface UploadPlaceKind {
  readonly name: string;
  /** Why it is not here; undefined: it is. */
  readonly missing: string | undefined;
  start(): Promise<UploadPlace>;
}

export const newDirectory = () => mkdtempSync(join(tmpdir(), 'astrogate-uploads-'));

const directory: UploadPlaceKind = {
  name: 'directory',
  missing: undefined,
  async start() {
    const dir = newDirectory();
    return {
      async open() {
        const spool = await Spool.open(dir);
        return { spool, uploads: await openUploads(undefined, spool) };
      },
      addForeign: async (name) => writeFileSync(join(dir, name), 'x'),
      end: async () => rmSync(dir, { recursive: true }),
    };
  },
};

const bucket: UploadPlaceKind = {
  name: 'bucket of an S3-compatible server',
  missing: hasSwift() ? undefined : 'OpenStack Swift is not installed (Debian: apt-get install python3-swift)',
  async start() {
    const store = await startBucket();
    const dirs: string[] = [];
    return {
      async open() {
        const dir = newDirectory();
        dirs.push(dir);
        const spool = await Spool.open(dir);
        return { spool, uploads: await openUploads(store.place, spool) };
      },
      addForeign: async (name) => store.put(`night/uploads/${name}`),
      async end() {
        await store.server.end();
        for (const dir of dirs) rmSync(dir, { recursive: true });
      },
    };
  },
};

export const uploadPlaceKinds = [directory, bucket];
export const whyNoBucket = bucket.missing;

export interface TestBucket {
  readonly server: SwiftServer;
  readonly place: BucketPlace;
  /** Puts an object of one byte, by its whole name. */
  put(name: string): Promise<void>;
}

/** A server with an empty bucket. */
export async function startBucket(): Promise<TestBucket> {
  const server = await startSwift();
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await server.makeBucket('astrogate-test');
  return {
    server,
    place: { bucket: 'astrogate-test', prefix: 'night/uploads/', endpoint, region, credentials },
    async put(name) {
      await client.send(new PutObjectCommand({ Bucket: 'astrogate-test', Key: name, Body: 'x' }));
    },
  };
}

/** An upload of `bytes` bytes as it arrives: written to the spool. */
export async function arrive(spool: Spool, bytes = 1000): Promise<SpooledUpload> {
  const chunk = jpeg(Math.min(bytes, 1024 * 1024));
  function* chunks() {
    for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
  }
  return writeUpload(spool, Readable.from(chunks()), { maxBytes: bytes, expectedBytes: bytes });
}

/** Bytes, SHA-256 and largest chunk of what `stream` gives, read as it is for the solver. */
export async function measure(stream: Readable): Promise<{ bytes: number; sha256: Buffer; largest: number }> {
  const hash = createHash('sha256');
  let [bytes, largest] = [0, 0];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    chunkDone(chunk.length);
    bytes += chunk.length;
    largest = Math.max(largest, chunk.length);
  }
  return { bytes, sha256: hash.digest(), largest };
}
