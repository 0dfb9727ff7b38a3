// The pictures of the soak: skies that must be solved, and files that must not hurt.
import { gzipSync } from 'node:zlib';
import { encode, type RunTool, renderSky, sampleTruth, type Truth } from '@astrogate/local';
import { pngThatClaims, shuffledStars } from '../pictures.js';

export interface GoodPicture {
  name: string;
  bytes: Buffer;
  truth: Truth;
}

export interface SoakPictures {
  good: readonly GoodPicture[];
  hostile: Readonly<Record<'garbage' | 'truncated' | 'bomb' | 'gzipBomb' | 'noise', Buffer>>;
}

const base: Truth = { ra: 0, dec: 0, scale: 10, rotation: 70, parity: 'flipped', width: 800, height: 600 };
const wide: Truth = { ...base, ra: 305, dec: 41, scale: 16 };
const south: Truth = { ...base, ra: 200, dec: -60, scale: 12, parity: 'normal' };

/** Renders three skies and gives them out in seven formats. */
export async function makeSoakPictures(run: RunTool): Promise<SoakPictures> {
  const orion = await renderSky({ truth: sampleTruth, faintest: 9.5, hotPixels: 20, gradient: 300 }, run);
  const cygnus = await renderSky({ truth: wide, faintest: 10.5, unlisted: 50 }, run);
  const crux = await renderSky({ truth: south, faintest: 11, nebula: true }, run);
  const jpeg = await encode.jpeg(orion, run);
  const good = [
    { name: 'orion.jpg', bytes: jpeg, truth: orion.truth },
    { name: 'orion.fits.gz', bytes: gzipSync(encode.fits(orion, 16)), truth: orion.truth },
    { name: 'cygnus.png', bytes: encode.png(cygnus, 'grey8'), truth: cygnus.truth },
    { name: 'cygnus.fits', bytes: encode.fits(cygnus, -32), truth: cygnus.truth },
    { name: 'cygnus.ppm', bytes: encode.ppm8(cygnus), truth: cygnus.truth },
    { name: 'crux.pgm', bytes: encode.pgm16(crux), truth: crux.truth },
    { name: 'crux.tiff', bytes: await encode.tiff16(crux, run), truth: crux.truth },
  ];
  const hostile = {
    garbage: Buffer.from('#!/bin/sh\necho hello\n'.repeat(500)),
    truncated: jpeg.subarray(0, jpeg.length / 2),
    bomb: pngThatClaims(60_000, 60_000),
    gzipBomb: gzipSync(Buffer.alloc(400 * 2 ** 20), { level: 1 }),
    noise: shuffledStars(7),
  };
  return { good, hostile };
}
