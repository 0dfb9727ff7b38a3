// What the first bytes of an upload say it is. Names and declared types are never believed; nor is this by the sandbox.
import type { ImageFormat } from '@astrogate/proto';

/** Bytes that `sniffFormat` needs to see at the most. */
export const sniffBytes = 32;

interface Magic {
  readonly format: ImageFormat;
  readonly at: number;
  readonly bytes: Buffer;
}

const magic = (name: string, bytes: string, at = 0): Magic => ({
  format: `IMAGE_FORMAT_${name}` as ImageFormat,
  at,
  bytes: Buffer.from(bytes, 'latin1'),
});

// Order matters: several camera raw formats are TIFF files with a mark of their own.
const magics: readonly Magic[] = [
  magic('JPEG', '\xff\xd8\xff'),
  magic('PNG', '\x89PNG\r\n\x1a\n'),
  magic('FITS', 'SIMPLE  ='),
  magic('GZIP', '\x1f\x8b\x08'),
  magic('RAW', 'CR\x02', 8), // Canon CR2, inside a TIFF header
  magic('RAW', 'ftypcrx ', 4), // Canon CR3
  magic('RAW', 'FUJIFILMCCD-RAW'), // Fujifilm RAF
  magic('RAW', 'IIRO'), // Olympus ORF
  magic('RAW', 'IIRS'), // Olympus ORF
  magic('RAW', 'MMOR'), // Olympus ORF
  magic('RAW', 'IIU\0'), // Panasonic RW2
  magic('RAW', 'FOVb'), // Sigma X3F
  magic('RAW', '\0MRM'), // Minolta MRW
  magic('TIFF', 'II*\0'), // also NEF, ARW, DNG, PEF: the sandbox looks closer
  magic('TIFF', 'MM\0*'),
  magic('TIFF', 'II+\0'), // BigTIFF
  magic('TIFF', 'MM\0+'),
];

/** PGM and PPM, plain or raw: "P2", "P3", "P5" or "P6" and white space or a comment. */
const pnm = /^P[2356][\s#]/;

/** The format whose magic number `head` begins with, or undefined. `head` holds the first `sniffBytes` bytes or all. */
export function sniffFormat(head: Buffer): ImageFormat | undefined {
  const found = magics.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
  if (found) return found.format;
  return pnm.test(head.toString('latin1', 0, 3)) ? 'IMAGE_FORMAT_PNM' : undefined;
}

/** "IMAGE_FORMAT_JPEG" → "jpeg", as answers spell it. */
export function formatName(format: string): string {
  return format.replace('IMAGE_FORMAT_', '').toLowerCase();
}
