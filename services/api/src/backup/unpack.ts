// The members of a compressed tar, one after the other, for whoever does not trust it. Nothing is written anywhere.
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';
import { type Caps, freeBytes, largestRatio } from './caps.js';
import { invalid, readFailure } from './invalid.js';
import { manifestName, parseMemberName } from './member-name.js';

export interface PackedMember {
  readonly name: string;
  readonly bytes: number;
  /** To be read once, to its end, before the next member is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

const unreadable = 'it is not a readable archive';

/** Headers, padding and the end of a tar: far more than what can lie between two members of ours. */
const mostBetween = 64 * 1024;

/** Every member is an allowed one, and none comes twice. Throws `backup_invalid`, and what `packed` throws. */
export async function* unpackMembers(packed: AsyncIterable<Buffer>, caps: Caps): AsyncGenerator<PackedMember> {
  const tar = extract();
  /** Bytes that went in and have not come out as content: long headers are collected in memory by the library. */
  let unexplained = 0;
  let [read, unpacked] = [0, 0];
  const before = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      done(null, chunk);
    },
  });
  const after = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      unexplained += chunk.length;
      if (unpacked > caps.unpackedBytes) return done(invalid('it unpacks to more than is allowed'));
      if (unpacked > freeBytes + read * largestRatio) return done(invalid('it unpacks to far more than it is'));
      // A chunk may wait in each of two buffers, beside the one that just came.
      if (unexplained > mostBetween + 8 * chunk.length + mostBuffered) return done(invalid('its headers are too long'));
      done(null, chunk);
    },
  });
  const piped = pipeline(Readable.from(packed, { objectMode: false }), before, createInflate(), after, tar);
  // It is awaited below; the iterator fails with it.
  piped.catch(() => {});
  const names = new Set<string>();
  try {
    for await (const entry of tar) {
      const bytes = checkHeader(entry.header, caps);
      const { name } = entry.header;
      if (names.has(name)) throw invalid(`it has ${name} twice`);
      if (names.has(manifestName)) throw invalid('something comes after its manifest');
      names.add(name);
      if (names.size > caps.members) throw invalid('it has too many members');
      const content = async function* () {
        try {
          for await (const chunk of entry) {
            unexplained -= chunk.length;
            yield chunk;
          }
        } catch (error) {
          throw readFailure(error, unreadable);
        }
      };
      const contents = content();
      yield { name, bytes, content: contents };
      // Whoever was not interested.
      for await (const _ of contents);
      unexplained = Math.min(unexplained, mostBuffered);
    }
    await piped;
  } catch (error) {
    throw readFailure(error, unreadable);
  } finally {
    tar.destroy();
  }
}

/** What the streams between decompression and the members may hold. */
const mostBuffered = 512 * 1024;

/** Size of the member. */
function checkHeader({ name, type, size = 0, linkname }: Headers, caps: Caps): number {
  if (type !== 'file' || linkname) throw invalid('it has a member that is not a file');
  if (name !== manifestName && !parseMemberName(name)) throw invalid('it has a member that is not allowed');
  const most = name === manifestName ? caps.manifestBytes : caps.memberBytes;
  if (!Number.isSafeInteger(size) || size < 0 || size > most) throw invalid(`${name} is too large`);
  return size;
}
