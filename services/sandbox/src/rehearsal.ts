// Runs the program's own arithmetic on a made-up sky, before there is a job: what is compiled now is fast in the job.
// It reads nothing, starts nothing and writes nothing.
import { outcomeSchema, type SandboxSolution, sandboxJobSchema } from '@astrogate/proto/sandbox';
import { formatAxy } from './engine/axy.js';
import { refit } from './fit/refit.js';
import { formatFloatImage } from './fits/image.js';
import { removeHotPixels } from './picture/hot-pixels.js';
import { binPlane } from './picture/plane.js';
import { PnmReader } from './picture/pnm.js';
import { type Recipe, recipesFor } from './recipes/recipe.js';
import { packSolution } from './solution/solution.js';
import { pixelToSky, type Wcs } from './solution/wcs.js';
import { findPeaks } from './sources/peaks/peaks.js';
import { inSearchOrder } from './sources/search-order.js';

/** Large enough that the loops over pixels are compiled, small enough to take some hundredths of a second. */
const size = { width: 600, height: 450 };
const starCount = 120;
const hint = { source: 'HINT_SOURCE_UNSPECIFIED', kind: 'none', parity: 'PARITY_UNSPECIFIED', tweakOrder: 2 } as const;

/** Gives the made-up solution, for tests. */
export async function rehearse(): Promise<SandboxSolution> {
  const pixels = Buffer.from(Uint8Array.from({ length: size.width * size.height }, (_, i) => (i * i) % 61));
  const reader = new PnmReader(() => {});
  reader.push(Buffer.concat([Buffer.from(`P5\n${size.width} ${size.height}\n255\n`), pixels]));
  const plane = reader.end();
  await removeHotPixels(plane, new AbortController().signal);
  formatFloatImage(binPlane(plane, 2));
  await findPeaks(plane, 8);

  const wcs: Wcs = { crval1: 10, crval2: 20, crpix1: 200, crpix2: 150, ...cd, sipOrder: 0, a: [], b: [] };
  const stars = Array.from({ length: starCount }, (_, i) => ({
    x: 1 + ((i * 149) % (size.width - 2)),
    y: 1 + ((i * 71) % (size.height - 2)),
    flux: starCount - i,
    background: 1,
  }));
  const [recipe] = recipesFor(size, undefined) as [Recipe];
  const searchOrder = inSearchOrder(stars, recipe.ordering);
  const files = { solved: '', wcs: '', match: '', corr: '', rdls: '' };
  formatAxy({ size, hint, sources: searchOrder, tunes: false }, files);
  const pairs = stars.map(({ x, y }) => ({ x, y, ...pixelToSky(wcs, x + (x * y) / 1e5, y) }));
  const match = { ...refit({ wcs, pairs }, { size, references: pairs, stars, order: 2 }), references: pairs };
  const trial = { recipe, hint, tunes: false, patienceSeconds: 1 };
  const solution = packSolution({ trial, match: { ...match, logOdds: 1, index: '' }, stars }, size, starCount);
  sandboxJobSchema.safeParse({});
  outcomeSchema.safeParse({ solution });
  return solution;
}

const cd = { cd1_1: -0.01, cd1_2: 0, cd2_1: 0, cd2_2: 0.01 } as const;
