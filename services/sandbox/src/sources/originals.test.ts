// Holds three algorithms to what astrometry.net's own programs gave for the same lists. The numbers in the fixture are
// rows of the input, in the order in which removelines.py, uniformize.py and solve-field put them out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inBrightnessOrder } from './brightness-order.js';
import { removeLines } from './remove-lines.js';
import type { Source } from './source.js';
import { uniformize } from './uniformize.js';

interface Originals {
  removeLines: { input: [number, number][]; kept: number[] }[];
  uniformize: { input: [number, number][]; boxes: number; order: number[] }[];
  brightnessOrder: { input: [number, number][]; order: number[] }[];
}
const originals: Originals = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/originals.json'), 'utf8'));

/** The flux tells which row it was. */
const numbered = (rows: [number, number][]): Source[] =>
  rows.map(([x, y], row) => ({ x, y, flux: row, background: 0 }));
const rowsOf = (sources: readonly Source[]) => sources.map(({ flux }) => flux);

describe('as the originals do', () => {
  test.each(originals.removeLines)('removes rows and columns of sources', ({ input, kept }) => {
    expect(rowsOf(removeLines(numbered(input)))).toEqual(kept);
  });

  test.each(originals.uniformize)('spreads sources over $boxes boxes', ({ input, boxes, order }) => {
    expect(rowsOf(uniformize(numbered(input), boxes))).toEqual(order);
  });

  test.each(originals.brightnessOrder)('orders by flux and by flux with background in turn', ({ input, order }) => {
    const sources = input.map(([flux, background], row) => ({ x: row, y: 0, flux, background }));
    expect(inBrightnessOrder(sources).map(({ x }) => x)).toEqual(order);
    expect(order).not.toEqual(sources.toSorted((a, b) => b.flux - a.flux).map(({ x }) => x));
  });
});

describe('lists at the edge', () => {
  const at = (x: number, y: number): Source => ({ x, y, flux: 1, background: 0 });

  test('nothing stays nothing', () => {
    expect(removeLines([])).toEqual([]);
    expect(uniformize([], 10)).toEqual([]);
    expect(inBrightnessOrder([])).toEqual([]);
  });

  test('sources without an area keep their order', () => {
    const line = [at(5, 1), at(5, 9), at(5, 4)];
    expect(uniformize(line, 10)).toEqual(line);
  });

  test('a source without a position is left out', () => {
    expect(uniformize([at(1, 1), at(Number.NaN, 3), at(9, 9)], 10)).toEqual([at(1, 1), at(9, 9)]);
  });
});
