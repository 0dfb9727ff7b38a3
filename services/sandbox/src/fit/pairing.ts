// Finds which star of the picture is which star of the index, by place.

import type { SkyPoint } from '../solution/sky.js';
import { skyToPixel, type Wcs } from '../solution/wcs.js';
import type { Pair } from './tan-sip-fit.js';

interface Pixel {
  x: number;
  y: number;
}

/** Stars of a picture, ready to be asked which one is nearest to a place. */
export class StarGrid {
  readonly #cells = new Map<number, Pixel[]>();

  constructor(
    stars: readonly Pixel[],
    private readonly cell: number,
  ) {
    for (const star of stars) {
      const key = this.#key(star.x, star.y);
      const cell = this.#cells.get(key);
      if (cell) cell.push(star);
      else this.#cells.set(key, [star]);
    }
  }

  /** The star nearest to a place, when it is nearer than `reach`. */
  nearest(x: number, y: number, reach: number): Pixel | undefined {
    let best: Pixel | undefined;
    let least = reach * reach;
    for (let cx = x - reach; cx < x + reach + this.cell; cx += this.cell)
      for (let cy = y - reach; cy < y + reach + this.cell; cy += this.cell)
        for (const star of this.#cells.get(this.#key(cx, cy)) ?? []) {
          const distance = (star.x - x) ** 2 + (star.y - y) ** 2;
          if (distance >= least) continue;
          [best, least] = [star, distance];
        }
    return best;
  }

  /** One number per cell; no picture is a million cells wide. */
  #key(x: number, y: number): number {
    return Math.floor(x / this.cell) * 1_000_000 + Math.floor(y / this.cell);
  }
}

/**
 * Pairs every index star with the nearest star of the picture within `reach(x, y)` pixels of where `wcs` puts it; a
 * star of the picture goes to the index star that is nearest to it.
 */
export function pairUp(
  references: readonly SkyPoint[],
  stars: StarGrid,
  wcs: Wcs,
  reach: (x: number, y: number) => number,
): Pair[] {
  const best = new Map<Pixel, { pair: Pair; distance: number }>();
  for (const reference of references) {
    const place = skyToPixel(wcs, reference);
    if (!place) continue;
    const star = stars.nearest(place.x, place.y, reach(place.x, place.y));
    if (!star) continue;
    const distance = Math.hypot(star.x - place.x, star.y - place.y);
    const earlier = best.get(star);
    if (earlier && earlier.distance <= distance) continue;
    best.set(star, { pair: { x: star.x, y: star.y, ra: reference.ra, dec: reference.dec }, distance });
  }
  return [...best.values()].map(({ pair }) => pair);
}
