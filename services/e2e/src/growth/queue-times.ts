// How long callers wait as more of them come at once.
import { encode, renderSky, type Truth } from '@astrogate/local';
import { quantile } from '../bench/summary.js';
import { endedJob, inLanes, submitJob } from '../solve-jobs.js';
import type { Point } from './plot.js';
import type { Measuring } from './solve-times.js';

const truth: Truth = { ra: 60, dec: 25, scale: 20, rotation: 5, parity: 'flipped', width: 800, height: 600 };
const fields = { scale_low: '16', scale_high: '24', scale_units: 'arcsecperpix' };
const lengths = [1, 2, 4, 8, 16, 32] as const;

/** Seconds from upload to answer of the slowest of `x` hinted jobs that come at the same time. */
export async function timesByQueue({ url, run, signal }: Measuring): Promise<Point[]> {
  const bytes = await encode.jpeg(await renderSky({ truth, faintest: 10 }, run), run);
  const points: Point[] = [];
  for (const length of lengths) {
    const ids: string[] = [];
    await inLanes(Array(length).keys(), length, async () => {
      ids.push((await submitJob(url, bytes, fields, signal)).id);
    });
    const seconds: number[] = [];
    for (const id of ids) {
      const { created_at, finished_at } = await endedJob(url, id, signal);
      seconds.push((Date.parse(finished_at ?? '') - Date.parse(created_at)) / 1000);
    }
    points.push({ x: length, y: quantile(seconds, 1) });
  }
  return points;
}
