// Encryption of archives: age with X25519 recipients, and the only file that knows the library. It streams, in chunks of
// 64 KiB that are authenticated each.
import { Readable } from 'node:stream';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { readFailure } from './invalid.js';

export interface AgeKey {
  /** "AGE-SECRET-KEY-1…" */
  readonly identity: string;
  /** "age1…" */
  readonly recipient: string;
}

/** `secret`: 32 bytes. As the age format writes keys of X25519: Bech32 (BIP 173). */
export async function ageKeyOf(secret: Buffer): Promise<AgeKey> {
  const identity = bech32.encodeFromBytes('AGE-SECRET-KEY-', secret).toUpperCase();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** Whether somebody can be encrypted for: a text of the right form may still be misspelt. */
export function isRecipient(recipient: string): boolean {
  try {
    new Encrypter().addRecipient(recipient);
    return true;
  } catch {
    return false;
  }
}

/** Any one of `recipients` can open it. */
export async function* encrypt(plain: AsyncIterable<Buffer>, recipients: readonly string[]): AsyncGenerator<Buffer> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  yield* chunks(await encrypter.encrypt(toWeb(plain)));
}

/** Throws `backup_invalid` when none of `identities` opens it, or it was changed; what came before is right. */
export async function* decrypt(sealed: AsyncIterable<Buffer>, identities: readonly string[]): AsyncGenerator<Buffer> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    yield* chunks(await decrypter.decrypt(toWeb(sealed)));
  } catch (error) {
    throw readFailure(error, 'it is not encrypted for this server');
  }
}

function toWeb(source: AsyncIterable<Buffer>): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(source, { objectMode: false })) as ReadableStream<Uint8Array>;
}

async function* chunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of stream as unknown as NodeWebStream<Uint8Array>)
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
