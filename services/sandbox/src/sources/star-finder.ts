// Runs one of the star finders on a plane: our own, or a native program that reads and writes FITS.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFloatImage } from '../fits/image.js';
import { FitsTable } from '../fits/table.js';
import { type Plane, unbin } from '../picture/plane.js';
import { runTool } from '../tool.js';
import { findPeaks } from './peaks/peaks.js';
import type { Source } from './source.js';

export type StarFinder = FinderSettings['finder'];

/** How stars are looked for. */
export type FinderSettings = PeaksSettings | SourceExtractorSettings | Image2xySettings;

/** Our own, see peaks/peaks.ts. */
export interface PeaksSettings {
  finder: 'peaks';
  /** Height of a detection, in units of the noise. */
  sigma: number;
}

export interface Image2xySettings {
  finder: 'image2xy';
  /** Significance of a detection, in units of the noise. */
  sigma: number;
}

export interface SourceExtractorSettings {
  finder: 'source-extractor';
  /** Significance of a pixel after filtering, in units of the noise. */
  sigma: number;
  /**
   * Which of the program's own filters, named by its shape and width (FWHM) in pixels: a Gaussian keeps what is as wide
   * as a star or wider, a Mexican hat takes out what is wider, such as a nebula.
   */
  filter: 'gauss_1.5_3x3' | 'gauss_2.0_5x5' | 'gauss_3.0_7x7' | 'mexhat_1.5_5x5' | 'mexhat_2.0_7x7' | 'mexhat_3.0_9x9';
  /** Fewest neighbouring pixels above the threshold. */
  leastPixels: number;
  /** Side of the boxes in which the background is measured, in pixels of the picture as uploaded. */
  backgroundBox: number;
  /** What brightness is: the light above the threshold, all light, or the brightest pixel. */
  flux: 'FLUX_ISO' | 'FLUX_AUTO' | 'FLUX_MAX';
}

export interface FindOptions {
  settings: FinderSettings;
  plane: Plane;
  /** How much the plane is binned; positions are given for the unbinned picture. */
  binning: number;
  /** A directory of its own. */
  dir: string;
  signal: AbortSignal;
}

/** Sources in no particular order. Throws an Error when the program fails. */
export async function findStars(options: FindOptions): Promise<Source[]> {
  const { settings, plane, binning } = options;
  if (settings.finder !== 'peaks') return findWithProgram(settings, options);
  const peaks = await findPeaks(plane, settings.sigma);
  return peaks.map(({ x, y, ...rest }) => ({
    x: unbin(x, binning),
    y: unbin(y, binning),
    ...rest,
  }));
}

async function findWithProgram(
  settings: SourceExtractorSettings | Image2xySettings,
  { plane, binning, dir, signal }: FindOptions,
): Promise<Source[]> {
  const image = join(dir, 'image.fits');
  const list = join(dir, 'sources.fits');
  writeFileSync(image, Buffer.concat(formatFloatImage(plane)));
  const [args, columns] =
    settings.finder === 'image2xy'
      ? [image2xyArgs(settings, list), image2xyColumns]
      : [sourceExtractorArgs(settings, { dir, list, binning }), sourceExtractorColumns(settings)];
  // The planes of all recipes together do not fit their file system.
  const run = runTool(settings.finder, [...args, image], { signal, cwd: dir }).finally(() =>
    rmSync(image, { force: true }),
  );
  const { code, stderr } = await run;
  if (code !== 0) throw new Error(`${settings.finder} ended with ${code}: ${stderr}`);
  return readSources(FitsTable.parse(readFileSync(list)), columns, binning);
}

/** Names of the columns for position, brightness and background. */
type Columns = readonly [x: string, y: string, flux: string, background: string];

const image2xyColumns: Columns = ['X', 'Y', 'FLUX', 'BACKGROUND'];
const sourceExtractorColumns = ({ flux }: SourceExtractorSettings): Columns => [
  'X_IMAGE',
  'Y_IMAGE',
  flux,
  'BACKGROUND',
];

const image2xyArgs = ({ sigma }: Image2xySettings, list: string): string[] => ['-O', '-p', String(sigma), '-o', list];

/** Smaller boxes hold more star than background. */
const smallestBox = 16;

/**
 * The background's boxes stay the same part of the picture when it is binned: in larger ones a gradient counts as
 * noise, and faint stars are lost.
 */
function sourceExtractorArgs(
  settings: SourceExtractorSettings,
  { dir, list, binning }: { dir: string; list: string; binning: number },
): string[] {
  const { sigma, filter, leastPixels, backgroundBox } = settings;
  const parameters = join(dir, 'source-extractor.param');
  writeFileSync(parameters, sourceExtractorColumns(settings).join('\n'));
  return [
    ...['-c', '/dev/null', '-VERBOSE_TYPE', 'QUIET', '-CATALOG_TYPE', 'FITS_1.0', '-CATALOG_NAME', list],
    ...['-PARAMETERS_NAME', parameters, '-FILTER_NAME', `/usr/share/source-extractor/${filter}.conv`],
    ...['-DETECT_THRESH', String(sigma), '-ANALYSIS_THRESH', String(sigma), '-NTHREADS', '1'],
    ...['-DETECT_MINAREA', String(leastPixels)],
    ...['-BACK_SIZE', String(Math.max(smallestBox, Math.round(backgroundBox / binning)))],
  ];
}

function readSources(table: FitsTable, columns: Columns, binning: number): Source[] {
  const [x, y, flux, background] = columns.map((name) => table.column(name)) as [Float64Array, ...Float64Array[]];
  const sources: Source[] = [];
  for (let row = 0; row < table.rows; row++) {
    const source = {
      x: unbin(x[row] as number, binning),
      y: unbin(y?.[row] as number, binning),
      flux: flux?.[row] as number,
      background: background?.[row] as number,
    };
    if (Object.values(source).every(Number.isFinite)) sources.push(source);
  }
  return sources;
}
