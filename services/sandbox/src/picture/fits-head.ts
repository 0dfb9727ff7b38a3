// Finds the first image of a FITS file and checks that its header is true to the file. Standard: FITS 4.0.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { unreadable, unsupported } from '../failure.js';
import { blockBytes, type Header, numberOf, parseHeader } from '../fits/cards.js';
import { readAt } from './header-bytes.js';

/** A stacked picture's history can be long; this is over 13 000 cards. */
const maxHeaderBytes = 1 << 20;
const maxExtensions = 100;

export interface FitsImage {
  width: number;
  height: number;
  /** Planes that are read: 1, or 3 for colour. */
  planes: 1 | 3;
  bitpix: 8 | 16 | 32 | 64 | -32 | -64;
  bzero: number;
  bscale: number;
  /** Value of pixels without data; integers only. */
  blank: number | undefined;
  /** Where the samples start in the file. */
  dataAt: number;
}

/** The first image with two axes or more: primary or extension. Throws image_unreadable or unsupported_format. */
export function findFitsImage(path: string): FitsImage {
  const fileBytes = sizeOf(path);
  let at = 0;
  for (let index = 0; index < maxExtensions && at < fileBytes; index++) {
    const header = headerAt(path, at);
    if (header.values.get('ZIMAGE') === true) throw unsupported('tile-compressed FITS images are not read');
    const axes = axesOf(header);
    const dataAt = at + header.bytes;
    if (isImage(header, index) && axes.length >= 2) return imageOf(header, axes, dataAt, fileBytes);
    const data = (Math.abs(numberOf(header, 'BITPIX', 8)) / 8) * (numberOf(header, 'PCOUNT', 0) + product(axes));
    if (!Number.isSafeInteger(data) || data < 0) throw unreadable('the FITS header has impossible sizes');
    at = dataAt + Math.ceil(data / blockBytes) * blockBytes;
  }
  throw unreadable('the FITS file has no image of two axes');
}

function sizeOf(path: string): number {
  const file = openSync(path, 'r');
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

function headerAt(path: string, at: number): Header {
  for (let length = 16 * blockBytes; ; length *= 4) {
    const bytes = readAt(path, at, Math.min(length, maxHeaderBytes));
    const header = parseHeader(bytes);
    if (header) return header;
    if (bytes.length < length) throw unreadable('a FITS header does not end with an END card');
  }
}

const product = (axes: readonly number[]): number => (axes.length === 0 ? 0 : axes.reduce((a, b) => a * b, 1));

function axesOf(header: Header): number[] {
  const naxis = numberOf(header, 'NAXIS');
  if (naxis === undefined || !Number.isInteger(naxis) || naxis < 0 || naxis > 999)
    throw unreadable('the FITS header has no valid NAXIS');
  return Array.from({ length: naxis }, (_, i) => {
    const length = numberOf(header, `NAXIS${i + 1}`);
    if (length === undefined || !Number.isSafeInteger(length) || length < 0)
      throw unreadable(`the FITS header has no valid NAXIS${i + 1}`);
    return length;
  });
}

const isImage = (header: Header, index: number): boolean =>
  index === 0 || String(header.values.get('XTENSION')).trim() === 'IMAGE';

function imageOf(header: Header, axes: readonly number[], dataAt: number, fileBytes: number): FitsImage {
  const [width, height, depth = 1] = axes as [number, number, number?];
  const bitpix = numberOf(header, 'BITPIX', 0);
  if (![8, 16, 32, 64, -32, -64].includes(bitpix))
    throw unreadable(`the FITS header has BITPIX ${bitpix}; it must be 8, 16, 32, 64, -32 or -64`);
  if (width < 1 || height < 1) throw unreadable('the FITS header has an axis of 0 pixels');
  const promised = product(axes) * (Math.abs(bitpix) / 8);
  if (promised > fileBytes - dataAt)
    throw unreadable(`the FITS header promises ${promised} bytes of data, the file has ${fileBytes - dataAt}`);
  return {
    width,
    height,
    planes: depth === 3 ? 3 : 1,
    bitpix: bitpix as FitsImage['bitpix'],
    bzero: numberOf(header, 'BZERO', 0),
    bscale: numberOf(header, 'BSCALE', 1),
    blank: bitpix > 0 ? numberOf(header, 'BLANK') : undefined,
    dataAt,
  };
}
