// Archives for tests: keys, and a good archive taken apart so that a hostile one can be put together from its pieces.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { deflateSync } from 'node:zlib';
import { type Headers, pack } from 'tar-stream';
import { checkArchive, readMembers } from '../src/backup/archive.js';
import { defaultCaps } from '../src/backup/caps.js';
import { encrypt } from '../src/backup/encryption.js';
import { sealEnvelope } from '../src/backup/envelope.js';
import { type BackupKeys, backupKeysOf } from '../src/backup/keys.js';
import type { Manifest } from '../src/backup/manifest.js';
import { fileMember, manifestName, tableMember, vaultName } from '../src/backup/member-name.js';

/** Of the apis of a test. */
export const fixedKey = Buffer.alloc(32, 7);

/** Of another server. */
export const newKeys = (): Promise<BackupKeys> => backupKeysOf(randomBytes(32));

export const sourceFrom = (bytes: Buffer) => async () => Readable.from(sliced(bytes), { objectMode: false });
export const collect = (archive: AsyncIterable<Buffer>): Promise<Buffer> => buffer(archive);

export function* sliced(bytes: Buffer, size = 10_000): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface Piece {
  readonly header: Partial<Headers> & { name: string };
  readonly content: Buffer;
}

export interface GoodArchive {
  readonly bytes: Buffer;
  readonly keys: BackupKeys;
  readonly manifest: Manifest;
  /** Without the manifest. */
  readonly pieces: readonly Piece[];
}

/** Takes an archive apart. */
export async function takeApart(bytes: Buffer, keys: BackupKeys): Promise<GoodArchive> {
  const open = sourceFrom(bytes);
  const checked = await checkArchive(open, keys.reading, defaultCaps);
  const pieces: Piece[] = [];
  for await (const { name, content } of readMembers(open, checked, keys.reading, defaultCaps)) {
    const path =
      name.part === 'database' ? tableMember(name.table) : name.part === 'files' ? fileMember(name.key) : vaultName;
    pieces.push({ header: { name: path }, content: await collect(content) });
  }
  return { bytes, keys, manifest: checked.manifest, pieces };
}

/** The manifest of other pieces, right in everything. */
export function manifestOf(manifest: Manifest, pieces: readonly Piece[]): Manifest {
  const members = pieces.map(({ header: { name }, content }) => ({
    name,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(name.startsWith('database/') && { rows: content.toString('latin1').split('\n').length - 1 }),
  }));
  return { ...manifest, members };
}

export const manifestPiece = (manifest: unknown): Piece => ({
  header: { name: manifestName },
  content: Buffer.from(JSON.stringify(manifest)),
});

export async function tarOf(pieces: readonly Piece[]): Promise<Buffer> {
  const tar = pack();
  for (const { header, content } of pieces) tar.entry(header, content);
  tar.finalize();
  return buffer(tar);
}

/** Signed and encrypted as by ourselves. */
export function sealed(packed: Buffer, keys: BackupKeys): Promise<Buffer> {
  return collect(
    sealEnvelope(
      encrypt(sliced(packed) as unknown as AsyncIterable<Buffer>, keys.making.recipients),
      keys.making.signer,
    ),
  );
}

export async function archiveOf(pieces: readonly Piece[], keys: BackupKeys): Promise<Buffer> {
  return sealed(deflateSync(await tarOf(pieces)), keys);
}
