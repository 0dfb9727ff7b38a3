// Pictures that show no sky: the same seed gives the same file. Whatever solves one of them has erred.
import { encode, type PlacedStar, type RunTool, seededRandom, starsOf, type Truth } from '@astrogate/local';
import { type Canvas, clamp, type Random } from './canvas.js';
import { gaussianNoise, poissonNoise, smoothNoise } from './noise-frames.js';
import { randomStars, shuffledSky } from './star-frames.js';
import { bricks, cityAtNight, clouds, foliage, text } from './texture-frames.js';

export interface FalseFrame {
  seed: number;
  kind: FrameKind;
  /** Ending of the file's name, without a dot. */
  format: 'fits' | 'png' | 'jpg';
  bytes: Buffer;
}

/** Real fields, crowded and sparse, wide and narrow: J2000 degrees, arcsec/pixel, faintest magnitude. */
const fields: readonly { truth: Truth; faintest: number }[] = [
  [83, -2, 24, 9.5],
  [266, -29, 12, 10],
  [187, 12, 30, 9.5],
  [12, 41, 8, 11],
  [320, 55, 40, 8],
  [95, -70, 60, 7.5],
  [150, 2, 18, 10.5],
].map(([ra = 0, dec = 0, scale = 1, faintest = 9]) => ({
  truth: { ra, dec, scale, rotation: 0, parity: 'flipped', width: 900, height: 600 },
  faintest,
}));

type Paint = (random: Random, sky: RealSky) => Canvas;
interface RealSky {
  stars: readonly PlacedStar[];
  from: { width: number; height: number };
}

const painters = {
  'gaussian noise': gaussianNoise,
  'poisson noise': poissonNoise,
  'smooth noise': smoothNoise,
  'random stars': randomStars,
  'shuffled sky': shuffledSky,
  clouds,
  bricks,
  foliage,
  'city at night': cityAtNight,
  text,
} satisfies Record<string, Paint>;

export type FrameKind = keyof typeof painters;
/** Ten kinds; the seed's last digit picks one. */
export const frameKinds = Object.keys(painters) as readonly FrameKind[];

export const kindOf = (seed: number): FrameKind => frameKinds[seed % frameKinds.length] as FrameKind;

const formats = ['fits', 'jpg', 'png'] as const;

/** Maker of frames. Looks up each real sky at most once, in the catalogue of the sandbox image. */
export function frameMaker(run: RunTool): (seed: number) => Promise<FalseFrame> {
  const skies = new Map<number, Promise<RealSky>>();
  const skyOf = (seed: number): Promise<RealSky> => {
    const number = Math.floor(seed / frameKinds.length) % fields.length;
    const { truth, faintest } = fields[number] as (typeof fields)[number];
    const sky = skies.get(number) ?? starsOf(truth, faintest, run).then((stars) => ({ stars, from: truth }));
    skies.set(number, sky);
    return sky;
  };
  return async (seed) => {
    const kind = kindOf(seed);
    const random = seededRandom(seed);
    const sky = kind === 'shuffled sky' ? await skyOf(seed) : { stars: [], from: { width: 1, height: 1 } };
    const canvas = clamp(painters[kind](random, sky));
    // Every kind comes in every format, JPEG from good to bad.
    const format = formats[Math.floor(seed / frameKinds.length) % formats.length] as FalseFrame['format'];
    return { seed, kind, format, bytes: await encoded(canvas, format, 25 + 70 * random.uniform(), run) };
  };
}

async function encoded(canvas: Canvas, format: FalseFrame['format'], quality: number, run: RunTool): Promise<Buffer> {
  if (format === 'fits') return encode.fits(canvas, 16);
  if (format === 'png') return encode.png(canvas, 'grey16');
  return encode.jpeg(canvas, run, Math.round(quality));
}
