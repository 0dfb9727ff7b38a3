// PNG: the IHDR chunk is read here, the pixels by pngtopnm.
import { unreadable } from '../failure.js';
import { decodeWith } from './decoder.js';
import { readAt } from './header-bytes.js';
import type { PictureFile, PictureHead } from './picture.js';

/** Channels by colour type; a palette counts as three. Source: PNG specification, 11.2.2. */
const channelsOf = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);

export function openPng(path: string, cwd: string): PictureFile {
  const head = pngHead(path);
  return {
    format: 'IMAGE_FORMAT_PNG',
    ...head,
    async read(_binning, signal) {
      const complaint = /libpng error|read error|truncated/i;
      const run = { tool: 'pngtopnm', args: [path], cwd, expect: head, complaint, format: 'PNG' };
      return { plane: await decodeWith(run, signal), binning: 1 };
    },
  };
}

function pngHead(path: string): PictureHead {
  const bytes = readAt(path, 8, 18);
  if (bytes.length < 18 || bytes.toString('latin1', 4, 8) !== 'IHDR')
    throw unreadable('the PNG file does not start with a header');
  const width = bytes.readUInt32BE(8);
  const height = bytes.readUInt32BE(12);
  const bits = bytes.readUInt8(16);
  const channels = channelsOf.get(bytes.readUInt8(17));
  if (width === 0 || height === 0) throw unreadable('the PNG header has a side of 0 pixels');
  if (![1, 2, 4, 8, 16].includes(bits) || channels === undefined)
    throw unreadable('the PNG header has an unknown bit depth or colour type');
  return { width, height, channels, bits };
}
