// A picture whose header has been read and believed for its size, and whose pixels are read when they are asked for.
import type { ImageFormat } from '@astrogate/proto/sandbox';
import { JobFailure } from '../failure.js';
import type { Plane } from './plane.js';

export interface PictureHead {
  width: number;
  height: number;
  /** 1 to 4. */
  channels: number;
  /** Bits per sample, 1 to 64. */
  bits: number;
}

/** What an entry of the table of formats does with a file. */
export interface PictureFile extends PictureHead {
  format: `IMAGE_FORMAT_${ImageFormatName}`;
  /**
   * Reads the pixels as luminance. `binning` says what will be asked for first; a reader may use it to give a plane
   * that is already binned by `plane.binning`, a divisor of it.
   */
  read(binning: number, signal: AbortSignal): Promise<{ plane: Plane; binning: number }>;
}
type ImageFormatName = ImageFormat extends `IMAGE_FORMAT_${infer Name}` ? Name : never;

/** Below this no quad of stars can be told from noise. */
const smallestSide = 32;
/** What the outcome can carry, and more than any sensor has. */
const largestSide = 65_535;

/** Throws image_too_large or image_too_small, with the size in the message, before a pixel is decoded. */
export function checkSize({ width, height }: PictureHead, maxPixels: number): void {
  const size = `the picture is ${width} x ${height} pixels`;
  if (width > largestSide || height > largestSide || width * height > maxPixels)
    throw new JobFailure('image_too_large', `${size}; at most ${maxPixels} pixels are read`);
  if (width < smallestSide || height < smallestSide)
    throw new JobFailure('image_too_small', `${size}; both sides must have at least ${smallestSide}`);
}
