// Says how far a solution is from the truth, by astrometry.net's own wcs-xy2rd and not by projection code of ours.
import { columnsOf, tableOf } from './fits.js';
import type { RunTool } from './tool.js';
import { type Truth, truthHeader } from './truth.js';

/** Points a side of the grid, edges of the picture included. */
const gridSide = 9;

// The grid, then each header in turn; all answers have the same length, since all tables have the same rows.
const script = `head -c "$0" > in && for size in "$@"; do
  head -c "$size" > wcs && wcs-xy2rd -w wcs -i in -o out >&2 && cat out || exit 1; done`;

/**
 * The largest distance between where the truth and the header `wcs` put the same pixel, over a grid of the whole
 * field, in pixels of the truth.
 */
export async function separationPixels(truth: Truth, wcs: Buffer, run: RunTool): Promise<number> {
  const [separation] = await separationsPixels(truth, [wcs], run);
  return separation as number;
}

/** The same for many headers in one container. */
export async function separationsPixels(truth: Truth, headers: readonly Buffer[], run: RunTool): Promise<number[]> {
  const grid = gridOf(truth);
  const table = tableOf({ X: grid.map(({ x }) => x), Y: grid.map(({ y }) => y) });
  const all = [truthHeader(truth), ...headers];
  const sizes = [table, ...all].map(({ length }) => String(length));
  const answer = await run(['sh', '-c', script, ...sizes], Buffer.concat([table, ...all]));
  const size = answer.length / all.length;
  const [expected, ...found] = all.map((_, i) => positionsOf(answer.subarray(i * size, (i + 1) * size)));
  return found.map((positions) => {
    const separations = positions.map((position, i) =>
      arcsecBetween(position, (expected as Position[])[i] as Position),
    );
    return Math.max(...separations) / truth.scale;
  });
}

interface Position {
  ra: number;
  dec: number;
}

function positionsOf(file: Buffer): Position[] {
  const [ra, dec] = columnsOf(file, ['RA', 'DEC']) as [number[], number[]];
  return ra.map((value, row) => ({ ra: value, dec: dec[row] as number }));
}

function gridOf({ width, height }: Truth): { x: number; y: number }[] {
  const steps = Array.from({ length: gridSide }, (_, i) => i / (gridSide - 1));
  return steps.flatMap((down) => steps.map((across) => ({ x: 1 + across * (width - 1), y: 1 + down * (height - 1) })));
}

/** Chord of the unit vectors, which for distances of some pixels is the angle. */
function arcsecBetween(one: Position, other: Position): number {
  const [a, b] = [unitVector(one), unitVector(other)];
  return (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) * 180 * 3600) / Math.PI;
}

function unitVector({ ra, dec }: Position): [number, number, number] {
  const [alpha, delta] = [(ra * Math.PI) / 180, (dec * Math.PI) / 180];
  return [Math.cos(delta) * Math.cos(alpha), Math.cos(delta) * Math.sin(alpha), Math.sin(delta)];
}
