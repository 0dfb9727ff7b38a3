// Star lists of one picture, one per recipe, each made once.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeHotPixels } from '../picture/hot-pixels.js';
import type { PictureFile } from '../picture/picture.js';
import { binPlane, type Plane } from '../picture/plane.js';
import { inSearchOrder } from '../sources/search-order.js';
import type { Source } from '../sources/source.js';
import { findStars } from '../sources/star-finder.js';
import type { Recipe } from './recipe.js';

export interface StarList {
  /** Brightest first. */
  stars: Source[];
  /** In the order in which the search takes them. */
  searchOrder: Source[];
}

export class StarLists {
  readonly #planes = new Map<number, Promise<{ plane: Plane; binning: number }>>();
  readonly #lists = new Map<string, Promise<StarList>>();
  readonly #made: StarList[] = [];

  constructor(
    private readonly picture: PictureFile,
    private readonly dir: string,
  ) {}

  /** The plane for a binning, hot pixels removed. Throws what reading the picture throws. */
  async plane(binning: number, signal: AbortSignal): Promise<Plane> {
    const read = this.#reading(binning, signal);
    const { plane, binning: have } = await read;
    return binPlane(plane, binning / have);
  }

  /** The lists that are there. */
  get made(): readonly StarList[] {
    return this.#made;
  }

  /** The list of a recipe. Throws an Error when its star finder fails. */
  list(recipe: Recipe, signal: AbortSignal): Promise<StarList> {
    let list = this.#lists.get(recipe.name);
    if (!list) {
      list = this.#make(recipe, signal);
      this.#lists.set(recipe.name, list);
      // What was stopped may be asked for again.
      list.catch(() => this.#lists.delete(recipe.name));
    }
    return list;
  }

  /** A reading that is unbinned serves every binning, so it is kept under 1. */
  #reading(binning: number, signal: AbortSignal): Promise<{ plane: Plane; binning: number }> {
    const kept = this.#planes.get(binning) ?? this.#planes.get(1);
    if (kept) return kept;
    const reading = this.picture.read(binning, signal).then(async (read) => {
      await removeHotPixels(read.plane, signal);
      if (read.binning === 1) this.#planes.set(1, reading);
      return read;
    });
    this.#planes.set(binning, reading);
    reading.catch(() => this.#planes.delete(binning));
    return reading;
  }

  async #make(recipe: Recipe, signal: AbortSignal): Promise<StarList> {
    const plane = await this.plane(recipe.binning, signal);
    const dir = join(this.dir, recipe.name.replaceAll(' ', '-'));
    mkdirSync(dir, { recursive: true });
    const found = await findStars({ ...recipe, plane, dir, signal });
    const list = {
      stars: found.toSorted((a, b) => b.flux - a.flux),
      searchOrder: inSearchOrder(found, recipe.ordering),
    };
    this.#made.push(list);
    return list;
  }
}
