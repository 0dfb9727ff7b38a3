// How long a solve takes as its picture grows: more stars, more pixels.
import { encode, type RunTool, renderSky, type Truth } from '@astrogate/local';
import { median } from '../bench/summary.js';
import { solveJob } from '../solve-jobs.js';
import type { Point } from './plot.js';

export interface Measuring {
  /** Of a running stack. */
  url: string;
  run: RunTool;
  /** Solves per point, beside one that is not counted. */
  rounds: number;
  signal: AbortSignal;
}

/** In the Milky Way, where there is every number of stars; 1.1 million pixels. */
const crowded: Truth = { ra: 305, dec: 38, scale: 14, rotation: 20, parity: 'flipped', width: 1200, height: 900 };
const faintest = [7, 8, 9, 10, 11, 12] as const;

/** Seconds against stars in the picture. */
export async function timesByStars(measuring: Measuring): Promise<Point[]> {
  const points: Point[] = [];
  for (const limit of faintest) {
    const sky = await renderSky({ truth: crowded, faintest: limit }, measuring.run);
    const seconds = await medianSeconds(encode.fits(sky, 16), measuring);
    if (seconds !== undefined) points.push({ x: sky.stars.length, y: seconds });
  }
  return points;
}

/** The same 4.2 by 2.8 degrees in every size. */
const fieldWidth = 4.2;
const widths = [600, 1200, 2400, 3600, 4800, 6000] as const;

/** Seconds against millions of pixels. */
export async function timesByPixels(measuring: Measuring): Promise<Point[]> {
  const points: Point[] = [];
  for (const width of widths) {
    const height = (width * 2) / 3;
    const truth = { ...crowded, ra: 152, dec: 12, width, height, scale: (fieldWidth * 3600) / width };
    const sky = await renderSky({ truth, faintest: 10.5 }, measuring.run);
    const seconds = await medianSeconds(await encode.jpeg(sky, measuring.run), measuring);
    if (seconds !== undefined) points.push({ x: (width * height) / 1e6, y: seconds });
  }
  return points;
}

/** Blind, from upload to the end of the job; undefined when it is not solved. */
async function medianSeconds(bytes: Buffer, { url, rounds, signal }: Measuring): Promise<number | undefined> {
  const seconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const job = await solveJob(url, bytes, {}, signal);
    if (job.status !== 'solved') return undefined;
    if (round > 0) seconds.push((Date.parse(job.finished_at ?? '') - Date.parse(job.created_at)) / 1000);
  }
  return median(seconds);
}
