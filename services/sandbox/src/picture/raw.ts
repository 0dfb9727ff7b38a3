// Camera raw, where it is switched on: developed by dcraw_emu to 16-bit linear RGB.
import { JobFailure } from '../failure.js';
import { decodeWith } from './decoder.js';
import { checkSize, type PictureFile, type PictureHead } from './picture.js';
import type { Plane } from './plane.js';

export interface RawOptions {
  cwd: string;
  maxPixels: number;
  allowRaw: boolean;
  signal: AbortSignal;
}

/**
 * Develops the file at once, since only the developer knows its size.
 * Throws unsupported_format when raw files are switched off.
 */
export async function openRaw(path: string, options: RawOptions): Promise<PictureFile> {
  const { cwd, maxPixels, allowRaw, signal } = options;
  if (!allowRaw) throw new JobFailure('unsupported_format', 'camera raw files are not read by this service');
  let head: PictureHead | undefined;
  const onHead = (found: PictureHead) => {
    checkSize(found, maxPixels);
    head = found;
  };
  // As stored (-t 0), plain interpolation, linear 16 bit, to stdout.
  const args = ['-t', '0', '-q', '0', '-4', '-Z', '-', path];
  const plane: Plane = await decodeWith({ tool: 'dcraw_emu', args, cwd, onHead, format: 'camera raw' }, signal);
  return {
    format: 'IMAGE_FORMAT_RAW',
    ...(head as PictureHead),
    read: async () => ({ plane, binning: 1 }),
  };
}
