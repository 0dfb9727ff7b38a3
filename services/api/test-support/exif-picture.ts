// A JPEG with EXIF tags, written here byte by byte (Exif 3.0 §4.6; big-endian TIFF inside an APP1 segment).

import { exifTags } from '../src/analyse/exif-tags.js';

type Tag = [id: number, value: string | number | readonly [number, number]];

const exifPointer = 0x8769;

/** `tags`: texts become ASCII, numbers SHORT, pairs RATIONAL. `size`: pixels in the frame header. */
export function jpegWithExif(
  tags: Partial<Record<keyof typeof exifTags, Tag[1]>>,
  size = { width: 600, height: 400 },
): Buffer {
  const entries = Object.entries(tags).map(([name, value]): Tag => [exifTags[name as keyof typeof exifTags], value]);
  const isFirst = ([id]: Tag) => id < 0x8000;
  const first = entries.filter(isFirst);
  const rest = entries.filter((tag) => !isFirst(tag));
  const firstAt = 8;
  const pointed = directory([...first, [exifPointer, 0]], firstAt);
  const restAt = firstAt + pointed.length;
  const ifd0 = directory([...first, [exifPointer, restAt]], firstAt, exifPointer);
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08', 'latin1'), ifd0, directory(rest, restAt)]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff])),
    frameHeader(size),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A JPEG that says nothing but its size. */
export function plainJpeg(size = { width: 600, height: 400 }): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8]), frameHeader(size), Buffer.from([0xff, 0xd9])]);
}

function frameHeader({ width, height }: { width: number; height: number }): Buffer {
  const body = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  body.writeUInt16BE(height, 1);
  body.writeUInt16BE(width, 3);
  return segment(0xc0, body);
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** An IFD at offset `at`; values that do not fit into 4 bytes follow it. `long`: the tag that holds an offset. */
function directory(tags: Tag[], at: number, long?: number): Buffer {
  const table = Buffer.alloc(2 + tags.length * 12 + 4);
  table.writeUInt16BE(tags.length);
  const values: Buffer[] = [];
  let valuesAt = at + table.length;
  for (const [i, [id, value]] of tags.entries()) {
    const entry = 2 + i * 12;
    const { type, count, bytes } = encode(value, id === long || id === exifPointer);
    table.writeUInt16BE(id, entry);
    table.writeUInt16BE(type, entry + 2);
    table.writeUInt32BE(count, entry + 4);
    if (bytes.length <= 4) bytes.copy(table, entry + 8);
    else {
      table.writeUInt32BE(valuesAt, entry + 8);
      values.push(bytes);
      valuesAt += bytes.length;
    }
  }
  return Buffer.concat([table, ...values]);
}

function encode(value: Tag[1], isLong: boolean): { type: number; count: number; bytes: Buffer } {
  if (typeof value === 'string') {
    const bytes = Buffer.from(`${value}\0`, 'latin1');
    return { type: 2, count: bytes.length, bytes };
  }
  const bytes = Buffer.alloc(typeof value === 'number' ? 4 : 8);
  if (typeof value !== 'number') {
    bytes.writeUInt32BE(value[0]);
    bytes.writeUInt32BE(value[1], 4);
    return { type: 5, count: 1, bytes };
  }
  if (isLong) bytes.writeUInt32BE(value);
  else bytes.writeUInt16BE(value);
  return { type: isLong ? 4 : 3, count: 1, bytes };
}
