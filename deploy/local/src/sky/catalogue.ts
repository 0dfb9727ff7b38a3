// Stars of the Tycho-2 indexes in a picture, placed by astrometry.net's own wcs-rd2xy.
import { columnsOf } from './fits.js';
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

// A constant; what varies comes as arguments and stdin. FITS tables keep the digits that text would lose.
const script = `cat > wcs && query-starkd -r "$1" -d "$2" -R "$3" -T -o stars "$0" >&2 &&
  wcs-rd2xy -t -w wcs -i stars -R RA -D DEC -o places >&2 && stat -c %s stars && cat stars places`;

/** Stars down to `faintest` whose light can fall on the picture, brightest first. */
export async function starsOf(truth: Truth, faintest: number, run: RunTool): Promise<PlacedStar[]> {
  const halfDiagonal = (Math.hypot(truth.width, truth.height) / 2) * (truth.scale / 3600);
  const place = [truth.ra, truth.dec, halfDiagonal * 1.1].map(String);
  const answer = await run(['sh', '-c', script, index, ...place], truthHeader(truth));
  const line = answer.indexOf('\n') + 1;
  const middle = line + Number(answer.toString('latin1', 0, line));
  const [magnitudes] = columnsOf(answer.subarray(line, middle), ['MAG_VT']) as [number[]];
  const [x, y] = columnsOf(answer.subarray(middle), ['X', 'Y']) as [number[], number[]];
  return magnitudes
    .map((magnitude, row) => ({ ...undistort(truth, x[row] as number, y[row] as number), magnitude }))
    .filter((star) => star.magnitude <= faintest && isNear(star, truth))
    .sort((a, b) => a.magnitude - b.magnitude);
}

const margin = 10;
const isNear = ({ x, y }: PlacedStar, { width, height }: Truth): boolean =>
  x > -margin && x < width + margin && y > -margin && y < height + margin;
