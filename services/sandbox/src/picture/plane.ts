// One plane of luminance, and binning of it.
//
// Rows stand in the order in which the file stores them, for every format. That is what solve-field does: it hands a
// FITS file to image2xy as it is, and its conversion of JPEG, PNG, TIFF and PNM does not flip either, so that FITS
// pixel (1, 1) is the first pixel of the file. Checked by solving the same picture with solve-field and with this
// program: CRVAL, CRPIX, CD and parity agree for JPEG and for FITS (test/solve-field.docker.test.ts).

export interface Plane {
  width: number;
  height: number;
  /** width * height samples, row by row, any linear unit. */
  data: Float32Array;
}

/** Luma weights of ITU-R BT.601 for red, green and blue: what JPEG stores as Y, and what ppmtopgm computes. */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** Means of whole `factor` x `factor` blocks; rows and columns that do not fill a block are left out. */
export function binPlane(plane: Plane, factor: number): Plane {
  if (factor === 1) return plane;
  const width = Math.floor(plane.width / factor);
  const height = Math.floor(plane.height / factor);
  const data = new Float32Array(width * height);
  const weight = 1 / (factor * factor);
  const from = plane.data;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const corner = y * factor * plane.width + x * factor;
      let sum = 0;
      for (let row = 0, at = corner; row < factor; row++, at += plane.width)
        for (let k = 0; k < factor; k++) sum += from[at + k] as number;
      data[y * width + x] = sum * weight;
    }
  return { width, height, data };
}

/** Coordinate of the unbinned picture for one of the binned picture; both 1-based with pixel centres at integers. */
export const unbin = (coordinate: number, factor: number): number => (coordinate - 0.5) * factor + 0.5;
