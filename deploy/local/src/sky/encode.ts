// A rendered sky as a file. JPEG and TIFF are made by the image's own programs.
import { crc32, deflateSync } from 'node:zlib';
import { type Card, header, padded } from './fits.js';
import type { Sky } from './render.js';
import type { RunTool } from './tool.js';

type Pixels = Pick<Sky, 'width' | 'height' | 'pixels'>;

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { round, sqrt } = Math;

/** Gamma 2, as pictures for looking at have it: 0 to 255. */
const shown = (counts: number): number => round(255 * sqrt(counts / 65_535));
/** How bright the three colours are against each other. */
const tint = [0.95, 1, 0.85] as const;

const map = (sky: Pixels, bytes: number, write: (out: Buffer, counts: number, at: number) => void): Buffer => {
  const out = Buffer.alloc(sky.pixels.length * bytes);
  for (const [index, counts] of sky.pixels.entries()) write(out, counts, index * bytes);
  return out;
};
const grey8 = (sky: Pixels) => map(sky, 1, (out, counts, at) => out.writeUInt8(shown(counts), at));
const grey16 = (sky: Pixels) => map(sky, 2, (out, counts, at) => out.writeUInt16BE(counts, at));
const rgb8 = (sky: Pixels) =>
  map(sky, 3, (out, counts, at) => {
    for (const [channel, factor] of tint.entries()) out.writeUInt8(round(shown(counts) * factor), at + channel);
  });

export const pgm8 = (sky: Pixels): Buffer => pnm('P5', sky, 255, grey8(sky));
export const pgm16 = (sky: Pixels): Buffer => pnm('P5', sky, 65_535, grey16(sky));
export const ppm8 = (sky: Pixels): Buffer => pnm('P6', sky, 255, rgb8(sky));
export const plainPgm = (sky: Pixels): Buffer =>
  pnm('P2', sky, 65_535, Buffer.from(`${[...sky.pixels].join('\n')}\n`, 'latin1'));
export const plainPpm = (sky: Pixels): Buffer => pnm('P3', sky, 255, Buffer.from(`${[...rgb8(sky)].join(' ')}\n`));

function pnm(kind: string, sky: Pixels, maxval: number, samples: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${kind}\n# a rendered sky\n${sky.width} ${sky.height}\n${maxval}\n`), samples]);
}

export type Bitpix = 8 | 16 | 32 | 64 | -32 | -64;

/** A FITS image; unsigned 16-bit counts are stored with BZERO 32768, 8-bit ones as shown, others as they are. */
export function fits(sky: Pixels, bitpix: Bitpix, planes: 1 | 3 = 1): Buffer {
  const factors = planes === 3 ? tint : [1];
  const data = factors.map((factor) => fitsPlane(sky, bitpix, factor));
  const scaling: Card[] =
    bitpix === 16
      ? [
          ['BZERO', 32_768],
          ['BSCALE', 1],
        ]
      : [];
  const axes: Card[] = [
    ['NAXIS', planes === 3 ? 3 : 2],
    ['NAXIS1', sky.width],
    ['NAXIS2', sky.height],
    ...(planes === 3 ? [['NAXIS3', 3] as const] : []),
  ];
  return Buffer.concat([
    header([['SIMPLE', true], ['BITPIX', bitpix], ...axes, ...scaling]),
    padded(Buffer.concat(data)),
  ]);
}

function fitsPlane(sky: Pixels, bitpix: Bitpix, factor: number): Buffer {
  return map(sky, Math.abs(bitpix) / 8, (out, counts, at) => {
    const value = counts * factor;
    if (bitpix === 8) out.writeUInt8(round(shown(counts) * factor), at);
    else if (bitpix === 16) out.writeInt16BE(round(value) - 32_768, at);
    else if (bitpix === 32) out.writeInt32BE(round(value), at);
    else if (bitpix === 64) out.writeBigInt64BE(BigInt(round(value)), at);
    // Floating-point frames are often scaled to one.
    else if (bitpix === -32) out.writeFloatBE(value / 65_535, at);
    else out.writeDoubleBE(value / 65_535, at);
  });
}

/** Colour types 0 (grey) and 2 (RGB). */
export function png(sky: Pixels, kind: 'grey8' | 'grey16' | 'rgb8'): Buffer {
  const samples = { grey8, grey16, rgb8 }[kind](sky);
  const rowBytes = samples.length / sky.height;
  const rows = Array.from({ length: sky.height }, (_, y) => [
    Buffer.of(0),
    samples.subarray(y * rowBytes, (y + 1) * rowBytes),
  ]);
  const head = pngHead(sky.width, sky.height, kind === 'grey16' ? 16 : 8, kind === 'rgb8' ? 2 : 0);
  return Buffer.concat([head, chunk('IDAT', deflateSync(Buffer.concat(rows.flat()), { level: 1 })), chunk('IEND')]);
}

/** Signature and IHDR of a PNG file, true or not. */
export function pngHead(width: number, height: number, bits: number, colourType: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.writeUInt8(bits, 8);
  head.writeUInt8(colourType, 9);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head)]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Quality 0 to 100. */
export const jpeg = (sky: Pixels, run: RunTool, quality = 92): Promise<Buffer> =>
  run(['cjpeg', '-quality', String(quality)], ppm8(sky));

export const tiff8 = (sky: Pixels, run: RunTool): Promise<Buffer> => run(['pamtotiff', '-truecolor'], ppm8(sky));
export const tiff16 = (sky: Pixels, run: RunTool): Promise<Buffer> => run(['pamtotiff'], pgm16(sky));
