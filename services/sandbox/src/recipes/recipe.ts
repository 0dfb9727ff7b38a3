// The one table of recipes: ways to find stars and put them in order, and which are tried for which picture.
import type { Ordering } from '../sources/search-order.js';
import type { FinderSettings } from '../sources/star-finder.js';

export interface Recipe {
  /** At most 64 characters, such as "source-extractor sigma 8 bin 2". */
  name: string;
  settings: FinderSettings;
  binning: number;
  ordering: Ordering;
}

/**
 * About 500 x 400 and 1000 x 800 pixels. Bright stars are in the small one too, and everything is fast
 * there; faint ones, and narrow ones close together, are lost in it.
 */
export const planeSizes = { small: 200_000, middle: 800_000 } as const;

export interface TableRow {
  settings: FinderSettings;
  plane: keyof typeof planeSizes;
  ordering: Ordering;
}

/** The brightest only: a search takes no more than 200, and a longer list makes every check of a match slower. */
const most = 150;
const plain: Ordering = { uniform: false, most };
const uniform: Ordering = { uniform: true, most };

const extractor = { finder: 'source-extractor', filter: 'gauss_2.0_5x5', leastPixels: 5, backgroundBox: 64 } as const;

/** In the order in which they start; two run at a time. Order and pairing were measured, see docs/recipes.md. */
export const recipeTable: readonly TableRow[] = [
  { settings: { ...extractor, sigma: 8, flux: 'FLUX_MAX' }, plane: 'small', ordering: plain },
  { settings: { finder: 'peaks', sigma: 8 }, plane: 'middle', ordering: plain },
  { settings: { ...extractor, sigma: 8, flux: 'FLUX_MAX' }, plane: 'middle', ordering: uniform },
  { settings: { ...extractor, sigma: 4, flux: 'FLUX_AUTO' }, plane: 'middle', ordering: uniform },
  { settings: { finder: 'peaks', sigma: 8 }, plane: 'small', ordering: plain },
  { settings: { finder: 'image2xy', sigma: 8 }, plane: 'small', ordering: uniform },
];

/** A 32-bit plane of this many pixels has 64 MB: both recipes' files fit their file system at once. */
const mostPlanePixels = 16_000_000;

export interface PictureSize {
  width: number;
  height: number;
}

/** The recipes for a picture. `downsample` (a caller's hint) fixes the binning of all of them. */
export function recipesFor(size: PictureSize, downsample: number | undefined): Recipe[] {
  const least = Math.ceil(Math.sqrt((size.width * size.height) / mostPlanePixels));
  const recipes = recipeTable.map(({ settings, plane, ordering }) => {
    const binning = Math.max(downsample ?? binningFor(size, planeSizes[plane]), least);
    return { name: nameOf(settings, binning, ordering), settings, binning, ordering };
  });
  return recipes.filter(({ name }, index) => recipes.findIndex((other) => other.name === name) === index);
}

/**
 * The binning (a power of two, which is what JPEG decoders can do by themselves) that brings a picture nearest to
 * `planePixels` pixels; 1 for pictures that have fewer.
 */
export function binningFor({ width, height }: PictureSize, planePixels: number): number {
  return 2 ** Math.max(0, Math.round(Math.log2((width * height) / planePixels) / 2));
}

function nameOf(settings: FinderSettings, binning: number, { uniform }: Ordering): string {
  const flux = settings.finder === 'source-extractor' && settings.flux !== 'FLUX_AUTO' ? ` ${settings.flux}` : '';
  return `${settings.finder} sigma ${settings.sigma} bin ${binning}${flux}${uniform ? ' uniform' : ''}`;
}
