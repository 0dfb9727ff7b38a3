// JPEG: the frame header is read here, the pixels by djpeg as grey.
import { unreadable } from '../failure.js';
import { decodeWith } from './decoder.js';
import { readAt } from './header-bytes.js';
import type { PictureFile, PictureHead } from './picture.js';

/** Thumbnails and profiles stand before the frame header; a marker segment has at most 64 KiB. */
const maxSegments = 2000;
/** What the decoder can make of a picture while decoding, which is several times faster than binning afterwards. */
const scales = [2, 4, 8];
/** Real progressive files have about 10 scans; each costs a pass over the picture. */
const maxScans = 100;

/** What djpeg says of damaged data. Bytes too many before a marker are harmless, and some cameras write them. */
export const jpegDamage = /premature end|corrupt JPEG data(?!: \d+ extraneous bytes)|bogus/i;

/** djpeg ends so after any warning. Source: libjpeg-turbo, EXIT_WARNING. */
const warningCode = 2;

export function openJpeg(path: string, cwd: string): PictureFile {
  const head = jpegHead(path);
  // djpeg makes grey of one and three components, and RGB of four.
  const grey = head.channels === 4 ? [] : ['-grayscale'];
  return {
    format: 'IMAGE_FORMAT_JPEG',
    ...head,
    async read(binning, signal) {
      const scale = scales.includes(binning) ? binning : 1;
      const args = ['-pnm', '-maxscans', String(maxScans), '-scale', `1/${scale}`, ...grey, path];
      const expect = { width: Math.ceil(head.width / scale), height: Math.ceil(head.height / scale) };
      const run = { tool: 'djpeg', args, cwd, expect, complaint: jpegDamage, warningCode, format: 'JPEG' };
      const plane = await decodeWith(run, signal);
      return { plane, binning: scale };
    },
  };
}

/** Size from the first SOF marker. Source: ITU-T T.81, annex B. */
function jpegHead(path: string): PictureHead {
  let at = 2;
  for (let count = 0; count < maxSegments; count++) {
    const segment = readAt(path, at, 10);
    if (segment.length < 4) throw unreadable('the JPEG file ends before its frame header');
    if (segment[0] !== 0xff) throw unreadable('the JPEG file has no marker where one must be');
    const marker = segment[1] as number;
    // Fill bytes, and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (isFrame(marker)) return frameHead(segment);
    else if (marker === 0xd9 || marker === 0xda) throw unreadable('the JPEG file has no frame header');
    else at += 2 + segment.readUInt16BE(2);
  }
  throw unreadable('the JPEG file has no frame header');
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie in the same range. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function frameHead(segment: Buffer): PictureHead {
  if (segment.length < 10) throw unreadable('the JPEG file ends before its frame header');
  const head = {
    bits: segment.readUInt8(4),
    height: segment.readUInt16BE(5),
    width: segment.readUInt16BE(7),
    channels: segment.readUInt8(9),
  };
  if (head.width === 0 || head.height === 0) throw unreadable('the JPEG header has a side of 0 pixels');
  if (head.bits !== 8) throw unreadable(`the JPEG file has ${head.bits} bits per sample, only 8 are read`);
  if (![1, 3, 4].includes(head.channels)) throw unreadable(`the JPEG header has ${head.channels} components`);
  return head;
}
