// FITS images: every BITPIX, BZERO and BSCALE, three planes as colour. Read here, in blocks, by no native code.
import { type FileHandle, open } from 'node:fs/promises';
import { unreadable } from '../failure.js';
import { type FitsImage, findFitsImage } from './fits-head.js';
import type { PictureFile } from './picture.js';
import { lumaWeights, type Plane } from './plane.js';

/** Read at once; a multiple of every sample size. */
const chunkBytes = 1 << 20;

const sampleReaders: Record<FitsImage['bitpix'], (view: DataView, at: number) => number> = {
  8: (view, at) => view.getUint8(at),
  16: (view, at) => view.getInt16(at),
  32: (view, at) => view.getInt32(at),
  64: (view, at) => Number(view.getBigInt64(at)),
  [-32]: (view, at) => view.getFloat32(at),
  [-64]: (view, at) => view.getFloat64(at),
};

export function openFits(path: string): PictureFile {
  const image = findFitsImage(path);
  return {
    format: 'IMAGE_FORMAT_FITS',
    width: image.width,
    height: image.height,
    channels: image.planes,
    bits: Math.abs(image.bitpix),
    async read(_binning, signal) {
      const file = await open(path, 'r');
      try {
        return { plane: await readPlane(file, image, signal), binning: 1 };
      } finally {
        await file.close();
      }
    },
  };
}

/** Luminance: the plane itself, or the weighted sum of three planes in the order red, green, blue. */
async function readPlane(file: FileHandle, image: FitsImage, signal: AbortSignal): Promise<Plane> {
  const { width, height } = image;
  const data = new Float32Array(width * height);
  const weights = image.planes === 3 ? lumaWeights : [1];
  for (const [index, weight] of weights.entries()) await addPlane(file, image, { index, weight, data, signal });
  fillGaps(data);
  return { width, height, data };
}

interface PlaneTarget {
  index: number;
  weight: number;
  data: Float32Array;
  signal: AbortSignal;
}

async function addPlane(file: FileHandle, image: FitsImage, target: PlaneTarget): Promise<void> {
  const { data, weight } = target;
  const size = Math.abs(image.bitpix) / 8;
  const read = sampleReaders[image.bitpix];
  const buffer = new DataView(new ArrayBuffer(chunkBytes));
  let at = image.dataAt + target.index * data.length * size;
  for (let pixel = 0; pixel < data.length; ) {
    target.signal.throwIfAborted();
    const wanted = Math.min(chunkBytes, (data.length - pixel) * size);
    const { bytesRead } = await file.read(buffer, 0, wanted, at);
    const samples = Math.floor(bytesRead / size);
    if (samples === 0) throw unreadable('the FITS file ends before its data');
    for (let i = 0; i < samples; i++, pixel++) {
      const raw = read(buffer, i * size);
      const value = raw === image.blank ? Number.NaN : image.bzero + image.bscale * raw;
      data[pixel] = (data[pixel] as number) + weight * value;
    }
    at += samples * size;
  }
}

/** Puts the mean of the rest where there is no number; the star finders know no gaps. */
function fillGaps(data: Float32Array): void {
  let sum = 0;
  let count = 0;
  for (const value of data)
    if (Number.isFinite(value)) {
      sum += value;
      count++;
    }
  if (count === data.length) return;
  if (count === 0) throw unreadable('the FITS image has no pixel with a value');
  const mean = sum / count;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) data[i] = mean;
}
