// The level of the sky under the stars: medians of boxes, and straight lines between their middles.
import type { Plane } from '../../picture/plane.js';

/** Values that a median is taken from: it is then as good as a sixteenth of the noise. */
const samplesPerBox = 400;

/** Tells the sky of a plane: the median of boxes of about `box` pixels, interpolated linearly between their middles. */
export class SkyLevel {
  readonly #columns: number;
  readonly #rows: number;
  readonly #medians: Float32Array;

  constructor(
    private readonly plane: Plane,
    box: number,
  ) {
    this.#columns = Math.max(1, Math.round(plane.width / box));
    this.#rows = Math.max(1, Math.round(plane.height / box));
    this.#medians = Float32Array.from({ length: this.#columns * this.#rows }, (_, at) =>
      this.#median(at % this.#columns, Math.floor(at / this.#columns)),
    );
  }

  /** At a pixel, 0-based. */
  at(x: number, y: number): number {
    const across = between(x, this.plane.width, this.#columns);
    const down = between(y, this.plane.height, this.#rows);
    const row = (index: number): number => {
      const from = this.#medians[index * this.#columns + across.low] as number;
      const to = this.#medians[index * this.#columns + across.high] as number;
      return from + (to - from) * across.share;
    };
    return row(down.low) + (row(down.high) - row(down.low)) * down.share;
  }

  #median(column: number, row: number): number {
    const { width, height, data } = this.plane;
    const edge = (index: number, count: number, pixels: number) => Math.floor((index * pixels) / count);
    const [left, right] = [edge(column, this.#columns, width), edge(column + 1, this.#columns, width)];
    const [top, bottom] = [edge(row, this.#rows, height), edge(row + 1, this.#rows, height)];
    const step = Math.max(1, Math.floor(Math.sqrt(((right - left) * (bottom - top)) / samplesPerBox)));
    const values = new Float32Array(Math.ceil((right - left) / step) * Math.ceil((bottom - top) / step));
    let count = 0;
    for (let y = top; y < bottom; y += step)
      for (let x = left; x < right; x += step) values[count++] = data[y * width + x] as number;
    return values.sort()[count >> 1] as number;
  }
}

/** Which two boxes a pixel lies between, and how far it is from the first to the second. */
function between(pixel: number, pixels: number, boxes: number): { low: number; high: number; share: number } {
  const place = Math.min(boxes - 1, Math.max(0, ((pixel + 0.5) * boxes) / pixels - 0.5));
  const low = Math.floor(place);
  return { low, high: Math.min(boxes - 1, low + 1), share: place - low };
}
