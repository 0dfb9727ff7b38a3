// Runs one of the two star finders on a plane. Both are native programs that read and write FITS.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFloatImage } from '../fits/image.js';
import { FitsTable } from '../fits/table.js';
import { type Plane, unbin } from '../picture/plane.js';
import { runTool } from '../tool.js';
import type { Source } from './source.js';

export type StarFinder = 'source-extractor' | 'image2xy';

export interface FindOptions {
  finder: StarFinder;
  /** Significance of a detection, in units of the noise. */
  sigma: number;
  plane: Plane;
  /** How much the plane is binned; positions are given for the unbinned picture. */
  binning: number;
  /** A directory of its own. */
  dir: string;
  signal: AbortSignal;
}

/** Sources in no particular order. Throws an Error when the program fails. */
export async function findStars(options: FindOptions): Promise<Source[]> {
  const { finder, plane, binning, dir, signal } = options;
  const image = join(dir, 'image.fits');
  const list = join(dir, 'sources.fits');
  writeFileSync(image, Buffer.concat(formatFloatImage(plane)));
  const args = finder === 'image2xy' ? image2xyArgs(options.sigma) : sourceExtractorArgs(dir, options.sigma, binning);
  // The planes of all recipes together do not fit their file system.
  const run = runTool(finder, [...args(list), image], { signal, cwd: dir }).finally(() =>
    rmSync(image, { force: true }),
  );
  const { code, stderr } = await run;
  if (code !== 0) throw new Error(`${finder} ended with ${code}: ${stderr}`);
  return readSources(FitsTable.parse(readFileSync(list)), finder, binning);
}

const image2xyArgs = (sigma: number) => (list: string) => ['-O', '-p', String(sigma), '-o', list];

/** Side of the boxes in which the background is measured, in pixels of the picture as uploaded. */
const backgroundBox = 64;

/**
 * Like solve-field: a Gaussian filter of 2 pixels FWHM. The background's boxes stay the same part of the picture when
 * it is binned: in larger ones a gradient counts as noise, and faint stars are lost.
 */
function sourceExtractorArgs(dir: string, sigma: number, binning: number): (list: string) => string[] {
  const parameters = join(dir, 'source-extractor.param');
  writeFileSync(parameters, 'X_IMAGE\nY_IMAGE\nFLUX_AUTO\nBACKGROUND\n');
  return (list) => [
    ...['-c', '/dev/null', '-VERBOSE_TYPE', 'QUIET', '-CATALOG_TYPE', 'FITS_1.0', '-CATALOG_NAME', list],
    ...['-PARAMETERS_NAME', parameters, '-FILTER_NAME', '/usr/share/source-extractor/gauss_2.0_5x5.conv'],
    ...['-DETECT_THRESH', String(sigma), '-ANALYSIS_THRESH', String(sigma), '-NTHREADS', '1'],
    ...['-BACK_SIZE', String(Math.max(16, Math.round(backgroundBox / binning)))],
  ];
}

function readSources(table: FitsTable, finder: StarFinder, binning: number): Source[] {
  const names =
    finder === 'image2xy' ? ['X', 'Y', 'FLUX', 'BACKGROUND'] : ['X_IMAGE', 'Y_IMAGE', 'FLUX_AUTO', 'BACKGROUND'];
  const [x, y, flux, background] = names.map((name) => table.column(name)) as [Float64Array, ...Float64Array[]];
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
