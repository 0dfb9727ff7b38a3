// The header of a PNM file, and the words that plain PNM is made of.
import { unreadable } from '../failure.js';
import type { PictureHead } from './picture.js';

export interface PnmHead extends PictureHead {
  kind: 'P2' | 'P3' | 'P4' | 'P5' | 'P6';
  maxval: number;
  /** Bytes before the samples. */
  bytes: number;
}

/** Comments can make a header long; nobody writes this much. */
export const maxPnmHeaderBytes = 64 * 1024;

/** The header at the start of `bytes`; undefined when it does not end within them. Throws image_unreadable. */
export function parsePnmHead(bytes: Buffer): PnmHead | undefined {
  if (bytes.length < 3) return undefined;
  const kind = bytes.toString('latin1', 0, 2);
  if (!/^P[2-6]$/.test(kind)) throw unreadable('the PNM header has an unknown kind');
  const wanted = kind === 'P4' ? 2 : 3;
  const numbers: number[] = [];
  let at = 2;
  while (numbers.length < wanted) {
    const token = nextToken(bytes, at);
    if (!token) return undefined;
    if (!/^\d{1,9}$/.test(token.text)) throw unreadable('the PNM header has something else than a number');
    numbers.push(Number(token.text));
    at = token.end;
  }
  const [width, height, maxval = 1] = numbers as [number, number, number?];
  if (width < 1 || height < 1) throw unreadable('the PNM header has a side of 0 pixels');
  if (maxval < 1 || maxval > 65_535) throw unreadable(`the PNM header has a maximum of ${maxval}, not 1 to 65535`);
  const channels = kind === 'P3' || kind === 'P6' ? 3 : 1;
  // One white-space byte ends the header.
  return { kind: kind as PnmHead['kind'], width, height, maxval, channels, bits: bitsOf(maxval), bytes: at + 1 };
}

const bitsOf = (maxval: number): number => 32 - Math.clz32(maxval);
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/** The next word after white space and comments, when the byte that ends it is there too. */
export function nextToken(bytes: Buffer, from: number): { text: string; end: number } | undefined {
  let at = from;
  while (at < bytes.length && (isSpace(bytes[at] as number) || bytes[at] === 0x23)) {
    if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
    else at++;
  }
  const start = at;
  while (at < bytes.length && !isSpace(bytes[at] as number)) at++;
  return at < bytes.length ? { text: bytes.toString('latin1', start, at), end: at } : undefined;
}
