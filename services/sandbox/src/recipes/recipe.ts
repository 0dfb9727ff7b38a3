// The one table of recipes: ways to find stars and put them in order, and which are tried for which picture.
import type { Ordering } from '../sources/search-order.js';
import type { FinderSettings, StarFinder } from '../sources/star-finder.js';

export interface Recipe {
  /** At most 64 characters, such as "source-extractor sigma 8 bin 2". */
  name: string;
  settings: FinderSettings;
  binning: number;
  ordering: Ordering;
}

/**
 * In the order in which they start; two run at a time. No recipe is best for every picture: of five measured pictures
 * each of the first two won some and lost others by a factor of ten or more. The later ones solved what both gave up.
 * `binning` is relative to the picture's usual binning, see `usualBinning`.
 */
const table: readonly { finder: StarFinder; sigma: number; binning: number }[] = [
  { finder: 'source-extractor', sigma: 8, binning: 1 },
  { finder: 'image2xy', sigma: 8, binning: 1 },
  { finder: 'source-extractor', sigma: 8, binning: 0.5 },
  { finder: 'image2xy', sigma: 8, binning: 2 },
  { finder: 'source-extractor', sigma: 4, binning: 1 },
  { finder: 'source-extractor', sigma: 4, binning: 0.5 },
  { finder: 'source-extractor', sigma: 20, binning: 1 },
];

/** Below this number of pixels binning by two loses stars that are needed. */
const tooSmallToBin = 160_000;
/** A 32-bit plane of this many pixels has 64 MB: both recipes' files fit their file system at once. */
const mostPlanePixels = 16_000_000;
/** image2xy takes 0.15 s per million pixels, so large pictures are binned more before it sees them. */
const largeForImage2xy = 4_000_000;

export interface PictureSize {
  width: number;
  height: number;
}

/** The recipes for a picture. `downsample` (a caller's hint) fixes the binning of all of them. */
export function recipesFor(size: PictureSize, downsample: number | undefined): Recipe[] {
  const least = leastBinning(size);
  const usual = Math.max(usualBinning(size), least);
  const recipes = table.map(({ finder, sigma, binning }) => {
    const wanted = downsample ?? Math.floor(usual * binning * slowFinderFactor(finder, size));
    return recipe(finder, sigma, Math.max(wanted, least, 1));
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

const usualBinning = ({ width, height }: PictureSize): number => (width * height < tooSmallToBin ? 1 : 2);

function leastBinning({ width, height }: PictureSize): number {
  return Math.ceil(Math.sqrt((width * height) / mostPlanePixels));
}

const slowFinderFactor = (finder: StarFinder, { width, height }: PictureSize): number =>
  finder === 'image2xy' && width * height > largeForImage2xy ? 2 : 1;

function recipe(finder: StarFinder, sigma: number, binning: number): Recipe {
  const settings: FinderSettings =
    finder === 'image2xy'
      ? { finder, sigma }
      : { finder, sigma, filter: 'gauss_2.0_5x5', leastPixels: 5, backgroundBox: 64, flux: 'FLUX_AUTO' };
  return { name: `${finder} sigma ${sigma} bin ${binning}`, settings, binning, ordering: { uniform: true } };
}
