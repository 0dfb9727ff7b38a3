// A bucket of an S3-compatible server, and the only file that knows the client library. It is loaded when a bucket is
// configured and not before: the library takes memory.
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { AstrogateError } from '@astrogate/proto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { bucketFailure, mayPass } from './bucket-failure.js';
import type { BucketPlace } from './bucket-place.js';
import { chunkDone } from './collect-chunks.js';
import { patientReader, withPatience } from './patience.js';

export interface StoredObject {
  readonly name: string;
  readonly changedAt: Date;
}

/** Objects by names that do not hold the prefix. Every method throws AstrogateError as `bucketFailure` says. */
export interface Bucket {
  /** Stores an object whole or not at all. `open` gives its bytes from the beginning, at each call. */
  put(name: string, object: { bytes: number; sha256: Buffer; open: () => Readable }): Promise<void>;
  /** Throws `upload_lost` when there is none. An error of the stream is `storage_unavailable`. */
  get(name: string): Promise<Readable>;
  remove(name: string): Promise<void>;
  /** All objects, `pageSize` at a time. */
  list(pageSize?: number): AsyncGenerator<readonly StoredObject[]>;
  close(): void;
}

const connectMs = 5_000;
/** Before an object is sent a second and a third time. Whoever sent the upload waits for it. */
const putPausesMs = [200, 1_000];
/** Most that the S3 API gives at once. */
const largestPage = 1_000;

/** What the library would otherwise look up in the environment, and in files of a home directory that the api has not. */
const nothingElse = {
  authSchemePreference: [],
  defaultsMode: 'standard',
  disableClockSkewCorrection: false,
  disableS3ExpressSessionAuth: true,
  retryMode: 'standard',
  sigv4aSigningRegionSet: [],
  useArnRegion: false,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'astrogate',
} satisfies S3ClientConfig;

/** Asks nothing of the server yet. */
export function openBucket({ bucket, prefix, region, endpoint, credentials }: BucketPlace): Bucket {
  const client = new S3Client({
    region,
    credentials,
    endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`,
    // Few servers but Amazon's have a host name for each bucket.
    forcePathStyle: endpoint !== undefined,
    // What other servers do not know; SHA-256 is sent and checked with every object instead.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    ...nothingElse,
    requestHandler: { connectionTimeout: connectMs },
    // It would write to the console, and requests hold credentials.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  return {
    put: (name, { bytes, sha256, open }) =>
      asking(() =>
        persistently(async () => {
          const body = open();
          try {
            await withPatience((abortSignal, progress) => {
              const command = new PutObjectCommand({
                ...at(name),
                Body: counted(body, progress),
                ContentLength: bytes,
              });
              signContent(command, sha256);
              return client.send(command, { abortSignal });
            });
          } finally {
            body.destroy();
          }
        }),
      ),

    get: (name) =>
      asking(async () => {
        const { Body } = await withPatience((abortSignal) =>
          client.send(new GetObjectCommand(at(name)), { abortSignal }),
        );
        return patientReader(Body as Readable, bucketFailure);
      }),

    remove: (name) =>
      asking(async () => {
        await withPatience((abortSignal) => client.send(new DeleteObjectCommand(at(name)), { abortSignal }));
      }).catch((error: AstrogateError) => {
        // What Amazon's server takes for a success, others may not.
        if (error.code !== 'upload_lost') throw error;
      }),

    async *list(pageSize = largestPage) {
      let from: string | undefined;
      do {
        const where = { Bucket: bucket, Prefix: prefix, MaxKeys: pageSize, ContinuationToken: from };
        const page = await asking(() =>
          withPatience((abortSignal) => client.send(new ListObjectsV2Command(where), { abortSignal })),
        );
        yield (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
          Key !== undefined && LastModified ? [{ name: Key.slice(prefix.length), changedAt: LastModified }] : [],
        );
        from = page.NextContinuationToken;
      } while (from !== undefined);
    },

    close: () => client.destroy(),
  };
}

async function asking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw bucketFailure(error);
  }
}

/** The library repeats what has no body by itself; a stream it cannot. */
async function persistently(act: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      const pauseMs = putPausesMs[tries];
      if (pauseMs === undefined || !mayPass(error)) throw error;
      await pause(pauseMs);
    }
  }
}

/** With the SHA-256 in its signature, a server keeps exactly these bytes or says that they are others. */
function signContent(command: PutObjectCommand, sha256: Buffer): void {
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256.toString('hex');
      return next(args);
    },
    { step: 'build', name: 'signContent' },
  );
}

/** `body`, with `progress` told of each chunk as it leaves. */
function counted(body: Readable, progress: () => void): Readable {
  body.on('data', (chunk: Buffer) => {
    progress();
    chunkDone(chunk.length);
  });
  return body.pause();
}
