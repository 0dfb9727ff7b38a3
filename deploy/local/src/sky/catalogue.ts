// Stars of the Tycho-2 indexes in a picture, placed by astrometry.net's own wcs-rd2xy.
import { columnsOf, tableOf } from './fits.js';
import type { RunTool } from './tool.js';
import { type Truth, truthHeader, undistort } from './truth.js';

export interface PlacedStar {
  /** 1-based FITS pixels. */
  x: number;
  y: number;
  /** Tycho VT magnitude. */
  magnitude: number;
}

/** The index with the smallest quads has the most stars. */
const index = '/usr/share/astrometry/index-tycho2-07.littleendian.fits';

// Both scripts are constants; what varies comes as arguments or stdin. FITS tables keep the digits that text loses.
const queryScript = 'query-starkd -r "$1" -d "$2" -R "$3" -T -o stars.fits "$0" >&2 && cat stars.fits';
const placeScript = 'head -c "$1" > wcs && cat > in && wcs-rd2xy -t -w wcs -i in -o out >&2 && cat out';

/** Stars down to `faintest` whose light can fall on the picture, brightest first. */
export async function starsOf(truth: Truth, faintest: number, run: RunTool): Promise<PlacedStar[]> {
  const halfDiagonal = (Math.hypot(truth.width, truth.height) / 2) * (truth.scale / 3600);
  const place = [truth.ra, truth.dec, halfDiagonal * 1.1].map(String);
  const found = await run(['sh', '-c', queryScript, index, ...place]);
  const [ra, dec, magnitude] = columnsOf(found, ['RA', 'DEC', 'MAG_VT']) as [number[], number[], number[]];
  const header = truthHeader(truth);
  const input = Buffer.concat([header, tableOf({ RA: ra, DEC: dec })]);
  const placed = await run(['sh', '-c', placeScript, 'place', String(header.length)], input);
  const [x, y] = columnsOf(placed, ['X', 'Y']) as [number[], number[]];
  return magnitude
    .map((value, row) => ({ ...undistort(truth, x[row] as number, y[row] as number), magnitude: value }))
    .filter((star) => star.magnitude <= faintest && isNear(star, truth))
    .sort((a, b) => a.magnitude - b.magnitude);
}

const margin = 10;
const isNear = ({ x, y }: PlacedStar, { width, height }: Truth): boolean =>
  x > -margin && x < width + margin && y > -margin && y < height + margin;
