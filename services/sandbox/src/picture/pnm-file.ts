// An upload that is PGM or PPM itself.
import { createReadStream } from 'node:fs';
import { unreadable } from '../failure.js';
import { readAt } from './header-bytes.js';
import type { PictureFile } from './picture.js';
import { PnmReader } from './pnm.js';
import { maxPnmHeaderBytes, parsePnmHead } from './pnm-head.js';

export function openPnm(path: string): PictureFile {
  const head = parsePnmHead(readAt(path, 0, maxPnmHeaderBytes));
  if (!head) throw unreadable('the PNM header does not end');
  const { width, height, channels, bits } = head;
  return {
    format: 'IMAGE_FORMAT_PNM',
    width,
    height,
    channels,
    bits,
    async read(_binning, signal) {
      const reader = new PnmReader(() => {});
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal }))
        reader.push(chunk as Buffer);
      return { plane: reader.end(), binning: 1 };
    },
  };
}
