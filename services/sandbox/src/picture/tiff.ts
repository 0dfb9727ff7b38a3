// TIFF: size and kind from the tags, the pixels by tifftopnm. Camera raw files that are TIFF by their first bytes are
// told apart here.
import { unreadable, unsupported } from '../failure.js';
import { decodeWith } from './decoder.js';
import type { PictureFile } from './picture.js';
import { type TiffDirectory, tag, tiffDirectories } from './tiff-tags.js';

export function openTiff(path: string, cwd: string): PictureFile {
  const [first] = tiffDirectories(path);
  const number = (key: number, fallback: number) => first?.get(key)?.[0] ?? fallback;
  const head = {
    width: number(tag.width, 0),
    height: number(tag.height, 0),
    channels: Math.min(Math.max(number(tag.samples, 1), 1), 4),
    bits: number(tag.bits, 1),
  };
  if (head.width === 0 || head.height === 0) throw unreadable('the TIFF header has a side of 0 pixels');
  if (number(tag.sampleFormat, 1) === 3) throw unsupported('TIFF files of floating-point samples are not read');
  if (![1, 2, 4, 8, 16].includes(head.bits)) throw unsupported(`TIFF files of ${head.bits} bits are not read`);
  return {
    format: 'IMAGE_FORMAT_TIFF',
    ...head,
    async read(_binning, signal) {
      const complaint = /error|not enough data|read .* of .* bytes/i;
      const run = {
        tool: 'tifftopnm',
        args: [...layoutFlags(first), path],
        cwd,
        expect: head,
        complaint,
        format: 'TIFF',
      };
      return { plane: await decodeWith(run, signal), binning: 1 };
    },
  };
}

/**
 * How tifftopnm is told to read. Rows as stored (-orientraw), as in every other format. By rows, which keeps 16 bits and
 * holds no copy of the picture; but tiles and separate planes cannot be read by rows, they come as 8 bits.
 */
export function layoutFlags(directory: TiffDirectory | undefined): string[] {
  const separatePlanes = 2;
  const wholeOnly = directory?.has(tag.tileWidth) || directory?.get(tag.planarConfiguration)?.[0] === separatePlanes;
  return wholeOnly ? ['-orientraw'] : ['-byrow', '-orientraw'];
}

/** Photometric interpretations that only raw files have: colour filter array, linear raw. Source: DNG 1.4. */
const rawPhotometric = [32_803, 34_892];

/** Whether these directories are those of DNG, NEF, ARW and the like, whose first picture is only a thumbnail. */
export function isCameraRaw(directories: readonly TiffDirectory[]): boolean {
  if (directories[0]?.has(tag.dngVersion)) return true;
  return directories.some((directory) => rawPhotometric.includes(directory.get(tag.photometric)?.[0] ?? -1));
}
