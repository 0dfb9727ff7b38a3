// What was measured, kept in a JSON file so that a run can go on where another one stopped.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProbeRow } from './candidate.js';

/** One candidate on one picture. Processor seconds. */
export interface Measurement {
  picture: string;
  recipe: string;
  binning: number;
  decode: number;
  extract: number;
  search: number;
  /** Seconds on the clock, of all three. */
  clock: number;
  stars: number;
  sources: number;
  result: ProbeRow['result'];
  /** Whether a solution agrees with the truth; absent when nobody knows it. */
  right?: boolean;
  /** Longest search that was allowed, processor seconds. */
  patience: number;
}

export class Measurements {
  readonly #rows = new Map<string, Measurement>();

  constructor(
    private readonly file: string,
    readonly about: () => object,
  ) {
    if (!existsSync(file)) return;
    for (const row of (JSON.parse(readFileSync(file, 'utf8')) as { rows: Measurement[] }).rows) this.add(row);
  }

  get rows(): readonly Measurement[] {
    return [...this.#rows.values()];
  }

  add(row: Measurement): void {
    this.#rows.set(keyOf(row.picture, row.recipe), row);
  }

  /** Whether measuring again with this patience could say anything new. */
  has(picture: string, recipe: string, patience: number): boolean {
    const row = this.#rows.get(keyOf(picture, recipe));
    return row !== undefined && (row.result !== 'put off' || row.patience >= patience);
  }

  /** Leaves only rows of these pictures and recipes. */
  keepOnly(pictures: ReadonlySet<string>, recipes: ReadonlySet<string>): void {
    for (const [key, { picture, recipe }] of this.#rows)
      if (!pictures.has(picture) || !recipes.has(recipe)) this.#rows.delete(key);
  }

  /** One row a line, sorted, so that two files can be compared. */
  write(): void {
    const head = JSON.stringify(this.about(), null, 1).slice(0, -2);
    const lines = [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => `  ${JSON.stringify(row)}`);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.part`, `${head},\n "rows": [\n${lines.join(',\n')}\n ]\n}\n`);
    renameSync(`${this.file}.part`, this.file);
  }
}

const keyOf = (picture: string, recipe: string): string => `${picture}\0${recipe}`;
