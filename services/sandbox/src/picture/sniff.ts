// What a file is, by its first bytes. A name or a declared type is never asked.

export type Sniffed = 'jpeg' | 'png' | 'tiff' | 'fits' | 'pnm' | 'gzip' | 'raw';

/** Bytes that `sniff` looks at. */
export const sniffBytes = 32;

const starts: readonly (readonly [kind: Sniffed, bytes: string, at?: number])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['fits', 'SIMPLE  ='],
  ['gzip', '\x1f\x8b\x08'],
  // Canon CR2 is TIFF with its own mark behind the header; it must come before TIFF.
  ['raw', 'CR\x02', 8],
  ['tiff', 'II*\x00'],
  ['tiff', 'MM\x00*'],
  // BigTIFF, which is refused by name.
  ['tiff', 'II+\x00'],
  ['tiff', 'MM\x00+'],
  // Fujifilm RAF, Olympus ORF, Panasonic RW2, Canon CR3.
  ['raw', 'FUJIFILMCCD-RAW'],
  ['raw', 'IIRO'],
  ['raw', 'IIRS'],
  ['raw', 'IIU\x00'],
  ['raw', 'ftypcrx ', 4],
];

/** The format whose mark `bytes` begins with, undefined for none. */
export function sniff(bytes: Buffer): Sniffed | undefined {
  const text = bytes.toString('latin1', 0, sniffBytes);
  const found = starts.find(([, mark, at = 0]) => text.startsWith(mark, at));
  if (found) return found[0];
  return /^P[2356][\s#]/.test(text) ? 'pnm' : undefined;
}
