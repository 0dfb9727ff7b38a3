// Reads a handful of EXIF tags (Exif 3.0 §4.6, TIFF 6.0 §2). Own code, since the libraries allocate whatever length a tag
// claims: 400 bytes of picture made one reserve 4 GB. Here nothing is allocated by a claim and nothing is read twice.

export const exifTags = {
  make: 0x010f,
  model: 0x0110,
  focalLength: 0x920a,
  focalLength35: 0xa405,
  pixelWidth: 0xa002,
  pixelHeight: 0xa003,
  focalPlaneX: 0xa20e,
  focalPlaneY: 0xa20f,
  focalPlaneUnit: 0xa210,
} as const;
export type ExifTag = keyof typeof exifTags;
export type ExifTags = Partial<Record<ExifTag, string | number>>;

const exifPointer = 0x8769;
const names = new Map<number, ExifTag>(Object.entries(exifTags).map(([name, id]) => [id, name as ExifTag]));
/** Cameras write fewer than 100. */
const maxEntries = 500;
const maxTextBytes = 200;

/** The tags that `head`, the first bytes of a JPEG, PNG or TIFF-like file, holds; empty when there is no EXIF. */
export function readExifTags(head: Buffer): ExifTags {
  const tiff = findTiff(head);
  const order = tiff?.toString('latin1', 0, 2);
  if (!tiff || tiff.length < 8 || (order !== 'II' && order !== 'MM')) return {};
  const reader = new TiffReader(tiff, order === 'II');
  const tags: ExifTags = {};
  const pointer = reader.directory(reader.long(4), tags);
  if (pointer !== undefined) reader.directory(pointer, tags);
  return tags;
}

/** Where the TIFF structure begins: in APP1 of a JPEG, in chunk eXIf of a PNG, else at the beginning. */
function findTiff(head: Buffer): Buffer | undefined {
  if (head[0] === 0xff) return inJpeg(head);
  return head[0] === 0x89 ? inPng(head) : head;
}

function inJpeg(head: Buffer): Buffer | undefined {
  const startOfScan = 0xda;
  for (let at = 2; at + 10 <= head.length && head[at] === 0xff && head[at + 1] !== startOfScan; ) {
    const length = head.readUInt16BE(at + 2);
    const isExif = head[at + 1] === 0xe1 && head.toString('latin1', at + 4, at + 10) === 'Exif\0\0';
    if (isExif) return head.subarray(at + 10, at + 2 + length);
    at += 2 + length;
  }
  return undefined;
}

function inPng(head: Buffer): Buffer | undefined {
  for (let at = 8; at + 8 <= head.length; ) {
    const length = head.readUInt32BE(at);
    if (head.toString('latin1', at + 4, at + 8) === 'eXIf') return head.subarray(at + 8, at + 8 + length);
    at += length + 12;
  }
  return undefined;
}

class TiffReader {
  constructor(
    readonly bytes: Buffer,
    readonly isLittle: boolean,
  ) {}

  /** Puts the known tags of the directory at `at` into `tags`; returns where the EXIF directory is, if it says so. */
  directory(at: number, tags: ExifTags): number | undefined {
    let pointer: number | undefined;
    const count = Math.min(this.short(at), maxEntries);
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * 12;
      const id = this.short(entry);
      if (id === exifPointer) pointer = this.long(entry + 8);
      const name = names.get(id);
      const value = name && this.#value(entry);
      if (name && value !== undefined) tags[name] = value;
    }
    return pointer;
  }

  /** 0 outside the bytes, which is no value of any tag here. */
  short(at: number): number {
    if (at + 2 > this.bytes.length) return 0;
    return this.isLittle ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  long(at: number): number {
    if (at + 4 > this.bytes.length) return 0;
    return this.isLittle ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** One text or the first number of an entry; undefined for types that no tag here has. */
  #value(entry: number): string | number | undefined {
    const [type, count] = [this.short(entry + 2), this.long(entry + 4)];
    switch (type) {
      case 2:
        return this.#text(count <= 4 ? entry + 8 : this.long(entry + 8), count);
      case 3:
        return this.short(entry + 8);
      case 4:
        return this.long(entry + 8);
      case 5:
        return this.#ratio(this.long(entry + 8));
      default:
        return undefined;
    }
  }

  #text(at: number, count: number): string {
    const text = this.bytes.toString('latin1', at, at + Math.min(count, maxTextBytes));
    return text.split('\0')[0] ?? '';
  }

  #ratio(at: number): number | undefined {
    const value = this.long(at) / this.long(at + 4);
    return Number.isFinite(value) ? value : undefined;
  }
}
