// The pictures of the load: heavy ones that nobody knows anything about, and usual ones with their scale.
import { encode, type RunTool, renderSky, type SkyOptions, type Truth } from '@astrogate/local';
import type { LoadJob } from './throughput.js';

const base: Truth = { ra: 0, dec: 0, scale: 10, rotation: 70, parity: 'flipped', width: 800, height: 600 };
const heavy = { width: 4000, height: 3000 };

/** As cameras give them, 12 million pixels. The report says how many processor seconds such a job takes here. */
const blind: readonly SkyOptions[] = [
  { truth: { ...base, ...heavy, ra: 290, dec: 20, scale: 4 }, faintest: 11 },
  { truth: { ...base, ...heavy, ra: 130, dec: -45, scale: 5, parity: 'normal' }, faintest: 10.5, gradient: 5000 },
];

/** As guiding and slewing make them. */
const hinted: readonly SkyOptions[] = [
  { truth: { ...base, ra: 305, dec: 41, scale: 16 }, faintest: 10.5 },
  { truth: { ...base, ra: 60, dec: 25, scale: 20, parity: 'normal' }, faintest: 10.5, hotPixels: 30 },
  { truth: { ...base, ra: 200, dec: -60, scale: 12 }, faintest: 11, gradient: 2000 },
];

/** A hint knows the scale to a fifth. */
const margin = 0.2;

export interface LoadJobs {
  blind: readonly LoadJob[];
  hinted: readonly LoadJob[];
}

/** Renders one job of each picture. */
export async function renderLoadJobs(run: RunTool): Promise<LoadJobs> {
  const jobs = async (kind: string, skies: readonly SkyOptions[]): Promise<LoadJob[]> => {
    const made: LoadJob[] = [];
    // One after the other: a large sky takes a few hundred megabytes while it is rendered.
    for (const [index, options] of skies.entries()) {
      const bytes = await encode.jpeg(await renderSky(options, run), run);
      const { scale } = options.truth;
      const hint = kind === 'hinted' && { hint: { low: scale * (1 - margin), high: scale * (1 + margin) } };
      made.push({ picture: { name: `${kind}-${index}.jpg`, bytes, path: '' }, ...hint });
    }
    return made;
  };
  return { blind: await jobs('blind', blind), hinted: await jobs('hinted', hinted) };
}

/** `count` jobs: those of `jobs` in turn, beginning with the one after `from` others. */
export function repeated(jobs: readonly LoadJob[], count: number, from = 0): LoadJob[] {
  return Array.from({ length: count }, (_, index) => jobs[(from + index) % jobs.length] as LoadJob);
}
