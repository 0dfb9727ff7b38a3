// Says how far a solution is from the truth, by astrometry.net's own wcs-xy2rd and not by projection code of ours.
import { columnsOf, tableOf } from './fits.js';
import type { RunTool } from './tool.js';
import { type Truth, truthHeader } from './truth.js';

/** Points a side of the grid, edges of the picture included. */
const gridSide = 9;

const script =
  'head -c "$1" > a && head -c "$2" > b && cat > in && wcs-xy2rd -w a -i in -o x >&2 && wcs-xy2rd -w b -i in -o y >&2 && cat x y';

/**
 * The largest distance between where the truth and the header `wcs` put the same pixel, over a grid of the whole
 * field, in pixels of the truth.
 */
export async function separationPixels(truth: Truth, wcs: Buffer, run: RunTool): Promise<number> {
  const grid = gridOf(truth);
  const table = tableOf({ X: grid.map(({ x }) => x), Y: grid.map(({ y }) => y) });
  const expected = truthHeader(truth);
  const sizes = [expected.length, wcs.length].map(String);
  // The two tables have the same size; the tool writes whole blocks.
  const both = await run(['sh', '-c', script, 'judge', ...sizes], Buffer.concat([expected, wcs, table]));
  const half = both.length / 2;
  const [ra, dec] = columnsOf(both.subarray(0, half), ['RA', 'DEC']) as [number[], number[]];
  const [raFound, decFound] = columnsOf(both.subarray(half), ['RA', 'DEC']) as [number[], number[]];
  const separations = ra.map((value, i) =>
    arcsecBetween(value, dec[i] as number, raFound[i] as number, decFound[i] as number),
  );
  return Math.max(...separations) / truth.scale;
}

function gridOf({ width, height }: Truth): { x: number; y: number }[] {
  const steps = Array.from({ length: gridSide }, (_, i) => i / (gridSide - 1));
  return steps.flatMap((down) => steps.map((across) => ({ x: 1 + across * (width - 1), y: 1 + down * (height - 1) })));
}

/** Chord of the unit vectors, which for distances of some pixels is the angle. */
function arcsecBetween(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const [a, b] = [unitVector(ra1, dec1), unitVector(ra2, dec2)];
  return (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) * 180 * 3600) / Math.PI;
}

function unitVector(ra: number, dec: number): [number, number, number] {
  const [alpha, delta] = [(ra * Math.PI) / 180, (dec * Math.PI) / 180];
  return [Math.cos(delta) * Math.cos(alpha), Math.cos(delta) * Math.sin(alpha), Math.sin(delta)];
}
