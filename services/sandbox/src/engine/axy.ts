// The engine's input: a FITS file whose primary header says how to search and where to write, and whose first table
// is the star list. Facts: the header that `solve-field --just-augment` of astrometry.net 0.93 writes.
import { type CardValue, formatHeader } from '../fits/cards.js';
import { formatFloatTable } from '../fits/table.js';
import type { PictureSize } from '../recipes/recipe.js';
import type { Range, SearchHint } from '../recipes/search-hint.js';
import type { Source } from '../sources/source.js';

export interface EngineFiles {
  solved: string;
  wcs: string;
  match: string;
  corr: string;
  /** The stars of the index in and around the field. */
  rdls: string;
}

/** Field widths of a blind search in degrees, as solve-field has them. */
const widestSearch = { low: 0.1, high: 180 };

/**
 * POS accepts det CD < 0 and NEG accepts det CD > 0, although solve-field comments the cards the other way round.
 * Checked: a JPEG whose solution has det CD > 0 is solved with NEG and not with POS.
 */
const parityCards = { PARITY_NORMAL: 'POS', PARITY_FLIPPED: 'NEG', PARITY_UNSPECIFIED: undefined } as const;

/** Pixel scales that a blind search covers, arcsec/pixel. */
export const blindScale = ({ width }: PictureSize): Range => ({
  low: (widestSearch.low * 3600) / width,
  high: (widestSearch.high * 3600) / width,
});

export interface Search {
  size: PictureSize;
  hint: SearchHint;
  /** In the order in which they are to be tried. */
  sources: readonly Source[];
  /**
   * Whether the engine fits a distortion to a weak match before it judges it. It finds fields whose distortion hides the
   * match, and takes several times as long.
   */
  tunes: boolean;
}

export function formatAxy({ size, hint, sources, tunes }: Search, out: EngineFiles): Buffer {
  const scale = hint.scale ?? blindScale(size);
  const parity = parityCards[hint.parity];
  const cards: (readonly [string, CardValue])[] = [
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
    ['IMAGEW', size.width],
    ['IMAGEH', size.height],
    ['ANRUN', true],
    ['ANVERUNI', true],
    ['ANVERDUP', false],
    ['ANAPPL1', scale.low],
    ['ANAPPU1', scale.high],
    // What is found is fitted by ../fit in any case.
    ['ANTWEAK', tunes],
    ['ANSOLVED', out.solved],
    ['ANMATCH', out.match],
    ['ANWCS', out.wcs],
    ['ANCORR', out.corr],
    ['ANRDLS', out.rdls],
  ];
  if (parity) cards.push(['ANPARITY', parity]);
  if (hint.position) {
    const { ra, dec, radius } = hint.position;
    cards.push(['ANERA', ra], ['ANEDEC', dec], ['ANERAD', radius]);
  }
  if (hint.depth) cards.push(['ANDPL1', hint.depth.low], ['ANDPU1', hint.depth.high]);
  const column = (key: keyof Source) => sources.map((source) => source[key]);
  const table = formatFloatTable({ X: column('x'), Y: column('y'), FLUX: column('flux') });
  return Buffer.concat([formatHeader(cards), table]);
}
