// Reads the tags of a TIFF file that say how large it is and whether it is a camera's raw file.
import { unreadable, unsupported } from '../failure.js';
import { readAt } from './header-bytes.js';

const sizes = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
]);
/** Files have a few dozen tags a directory, and a handful of sub-directories. */
const maxTags = 4096;
const maxSubDirectories = 16;

export const tag = {
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  samples: 277,
  planarConfiguration: 284,
  tileWidth: 322,
  subDirectories: 330,
  sampleFormat: 339,
  dngVersion: 50_706,
} as const;

/** First values of the unsigned integer tags of one directory. */
export type TiffDirectory = ReadonlyMap<number, number[]>;

/** The first directory and its sub-directories. Throws image_unreadable when they are not all in the file. */
export function tiffDirectories(path: string): TiffDirectory[] {
  const head = readAt(path, 0, 8);
  if (head.length < 8) throw unreadable('the TIFF file ends within its header');
  const little = head[0] === 0x49;
  const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (u16(head, 2) === 43) throw unsupported('BigTIFF files are not read');

  const values = (entry: Buffer): number[] => {
    const type = u16(entry, 2);
    const size = sizes.get(type);
    const count = Math.min(u32(entry, 4), maxSubDirectories);
    if (size === undefined) return [];
    const bytes = size * count <= 4 ? entry.subarray(8) : readAt(path, u32(entry, 8), size * count);
    if (bytes.length < size * count) throw unreadable('the TIFF file ends before the values of a tag');
    return Array.from({ length: count }, (_, i) =>
      size === 1 ? bytes.readUInt8(i) : size === 2 ? u16(bytes, 2 * i) : u32(bytes, 4 * i),
    );
  };
  const directory = (at: number): TiffDirectory => {
    const count = readAt(path, at, 2);
    const tags = count.length < 2 ? 0 : u16(count, 0);
    const entries = readAt(path, at + 2, Math.min(tags, maxTags) * 12);
    if (tags === 0 || entries.length < Math.min(tags, maxTags) * 12)
      throw unreadable('the TIFF file ends before its directory');
    return new Map(
      Array.from({ length: entries.length / 12 }, (_, i) => entries.subarray(12 * i, 12 * i + 12)).map((entry) => [
        u16(entry, 0),
        values(entry),
      ]),
    );
  };
  const first = directory(u32(head, 4));
  return [first, ...(first.get(tag.subDirectories) ?? []).map(directory)];
}
