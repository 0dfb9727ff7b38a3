// Packs what the engine wrote into the answer.
import { readFileSync } from 'node:fs';
import type { SandboxSolution, Star } from '@astrogate/proto/sandbox';
import type { EngineMatch } from '../engine/engine.js';
import { FitsTable } from '../fits/table.js';
import type { PictureSize } from '../recipes/recipe.js';
import type { PlannedTrial } from '../recipes/trial.js';
import type { Source } from '../sources/source.js';
import { calibrate } from './calibration.js';
import { parseWcs } from './wcs.js';

/** The outcome's limit for stars of the match. */
const mostMatched = 5000;

/** A hundred-thousandth of a pixel, and 1e-8 degrees: finer than anything measured, and half the bytes. */
const shortPixel = (value: number): number => Number(value.toFixed(5));
const shortDegrees = (value: number): number => Number(value.toFixed(8));

/** Stars as they are answered, brightest first, at most `most`. */
export function reportStars(stars: readonly Source[], most: number): Star[] {
  return stars
    .slice(0, most)
    .map(({ x, y, flux }) => ({ x: shortPixel(x), y: shortPixel(y), flux: Number(flux.toPrecision(7)) }));
}

export interface Found {
  trial: PlannedTrial;
  match: EngineMatch;
  /** Brightest first. */
  stars: readonly Source[];
}

/** Throws RangeError when the engine's files are not what they must be. */
export function packSolution({ trial, match, stars }: Found, size: PictureSize, maxStars: number): SandboxSolution {
  const header = readFileSync(match.files.wcs);
  const wcs = parseWcs(header);
  const { a, b, ...linear } = wcs;
  return {
    ...calibrate(wcs, size),
    wcs: { header: header.toString('base64'), ...linear },
    matched: matchedStars(FitsTable.parse(readFileSync(match.files.corr))),
    stars: reportStars(stars, maxStars),
    logOdds: FitsTable.parse(readFileSync(match.files.match)).column('LOGODDS')[0] ?? 0,
    index: match.index,
    recipe: trial.recipe.name,
    hint: trial.hint.kind,
  };
}

function matchedStars(table: FitsTable): SandboxSolution['matched'] {
  const [x, y, ra, dec] = ['field_x', 'field_y', 'index_ra', 'index_dec'].map((name) => table.column(name)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return Array.from({ length: Math.min(table.rows, mostMatched) }, (_, row) => ({
    x: shortPixel(x[row] as number),
    y: shortPixel(y[row] as number),
    ra: shortDegrees(ra[row] as number),
    dec: shortDegrees(dec[row] as number),
  }));
}
