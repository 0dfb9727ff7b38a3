// The outside of an archive: a header (magic, version, key id), the encrypted body, and a signature over the hash of both.
// It is checked before anything is decrypted. Holds one chunk at a time.
import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { invalid, readFailure } from './invalid.js';
import { isSigned, keyIdBytes, type Signer, signatureBytes, type TrustedKeys } from './signer.js';

const magic = Buffer.from('astrogate-backup');
const envelopeVersion = 1;
const versionAt = magic.length;
const keyIdAt = versionAt + 4;
const headerBytes = keyIdAt + keyIdBytes;

/** Where an archive can be read from its beginning, any number of times. */
export type ArchiveSource = () => Promise<Readable>;

/** The whole archive, chunk by chunk. */
export async function* sealEnvelope(body: AsyncIterable<Buffer>, signer: Signer): AsyncGenerator<Buffer> {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32BE(envelopeVersion, versionAt);
  signer.keyId.copy(header, keyIdAt);
  const hash = createHash('sha256').update(header);
  yield header;
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  yield signer.sign(hash.digest());
}

export interface Envelope {
  /** SHA-256 of header and body: what is signed. */
  readonly digest: Buffer;
  /** SHA-256 of the whole file, in hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Throws `backup_invalid` unless the archive is whole and one of `trusted` has signed it. */
export async function checkEnvelope(
  open: ArchiveSource,
  trusted: TrustedKeys,
  limits: { archiveBytes: number; signal?: AbortSignal },
): Promise<Envelope> {
  const reader = new EnvelopeReader(limits.archiveBytes);
  const whole = createHash('sha256');
  for await (const chunk of chunksOf(await open(), limits.signal)) {
    whole.update(chunk);
    reader.take(chunk);
    needKnown(reader, trusted);
  }
  const { digest, signature } = reader.end();
  const key = trusted.get(reader.keyId ?? '');
  if (!key || !isSigned(digest, signature, key))
    throw invalid('its signature is wrong: it was changed, or is not whole');
  return { digest, sha256: whole.digest('hex'), bytes: reader.bytes };
}

/** The same chunks, up to the header of one that nobody of `trusted` says to have signed. Throws `backup_invalid` there. */
export async function* signedByKnown(
  archive: AsyncIterable<Buffer>,
  trusted: TrustedKeys,
  archiveBytes: number,
): AsyncGenerator<Buffer> {
  const reader = new EnvelopeReader(archiveBytes);
  for await (const chunk of archive) {
    reader.take(chunk);
    needKnown(reader, trusted);
    yield chunk;
  }
}

function needKnown({ keyId }: EnvelopeReader, trusted: TrustedKeys): void {
  if (keyId && !trusted.has(keyId)) throw invalid('nobody who is trusted here has signed it');
}

/** The encrypted body of an archive that was checked. Throws `backup_invalid` at its end when it is no longer that one. */
export async function* bodyOf(open: ArchiveSource, checked: Envelope, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const reader = new EnvelopeReader(checked.bytes);
  for await (const chunk of chunksOf(await open(), signal)) yield* reader.take(chunk);
  if (!reader.end().digest.equals(checked.digest)) throw invalid('it was changed while it was read');
}

async function* chunksOf(source: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    throw readFailure(error, 'it cannot be read');
  } finally {
    source.destroy();
  }
}

class EnvelopeReader {
  /** Of whoever signed it, in hex; undefined until the header is there. */
  keyId: string | undefined;
  bytes = 0;
  readonly #hash: Hash = createHash('sha256');
  /** The header while it is incomplete, then what may be the signature. */
  #held: Buffer = Buffer.alloc(0);

  constructor(readonly mostBytes: number) {}

  /** What of the body is certain to be body. */
  take(chunk: Buffer): Buffer[] {
    this.bytes += chunk.length;
    if (this.bytes > this.mostBytes) throw invalid('it is too large');
    this.#held = Buffer.concat([this.#held, chunk]);
    if (this.keyId === undefined) {
      if (this.#held.length < headerBytes) return [];
      this.#readHeader(this.#held.subarray(0, headerBytes));
    }
    const certain = this.#held.length - signatureBytes;
    if (certain <= 0) return [];
    const body = this.#held.subarray(0, certain);
    this.#hash.update(body);
    this.#held = this.#held.subarray(certain);
    return [body];
  }

  end(): { digest: Buffer; signature: Buffer } {
    if (this.keyId === undefined || this.#held.length < signatureBytes) throw invalid('it is too short');
    return { digest: this.#hash.digest(), signature: this.#held };
  }

  #readHeader(header: Buffer): void {
    if (!header.subarray(0, magic.length).equals(magic)) throw invalid('this is not a backup of Astrogate');
    const version = header.readUInt32BE(versionAt);
    if (version !== envelopeVersion)
      throw invalid(`its envelope has version ${version}, and this version reads ${envelopeVersion}`);
    this.keyId = header.subarray(keyIdAt).toString('hex');
    this.#hash.update(header);
    this.#held = this.#held.subarray(headerBytes);
  }
}
