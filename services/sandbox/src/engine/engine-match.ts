// Reads what the engine wrote about its match.
import { readFileSync } from 'node:fs';
import type { Match } from '../fit/refit.js';
import { FitsTable } from '../fits/table.js';
import type { SkyPoint } from '../solution/sky.js';
import { parseWcs } from '../solution/wcs.js';
import type { EngineFiles } from './axy.js';

export interface EngineMatch extends Match {
  /** Stars of the index in and around the field, J2000 degrees. */
  references: readonly SkyPoint[];
  /** Natural logarithm of the odds that the match is real. */
  logOdds: number;
  /** File name of the index that matched. */
  index: string;
}

/** Throws RangeError when the files are not what they must be. */
export function readMatch(files: EngineFiles, index: string): EngineMatch {
  const references = FitsTable.parse(readFileSync(files.rdls));
  const corr = FitsTable.parse(readFileSync(files.corr));
  const rows = <Name extends string>(table: FitsTable, columns: Record<Name, string>) => {
    const read = Object.entries<string>(columns).map(([name, column]) => [name, table.column(column)] as const);
    return Array.from(
      { length: table.rows },
      (_, row) => Object.fromEntries(read.map(([name, values]) => [name, values[row]])) as Record<Name, number>,
    );
  };
  return {
    wcs: parseWcs(readFileSync(files.wcs)),
    pairs: rows(corr, { x: 'field_x', y: 'field_y', ra: 'index_ra', dec: 'index_dec' }),
    references: rows(references, { ra: 'RA', dec: 'DEC' }),
    logOdds: FitsTable.parse(readFileSync(files.match)).column('LOGODDS')[0] ?? 0,
    index,
  };
}
