// From optics to angles. Pure. A flat sensor behind a lens sees 2·atan(s / 2f) of sky along a side s (the gnomonic
// projection; any textbook of geometric optics).

export interface FieldOfView {
  /** Along the rows, degrees. */
  readonly width: number;
  /** Along the columns, degrees. */
  readonly height: number;
  /** Corner to corner, degrees. */
  readonly diagonal: number;
}

const degrees = (radians: number) => (radians * 180) / Math.PI;
const arcsecPerRadian = degrees(1) * 3600;

/** Angle that `side` spans behind a focal length of `focal`, both in the same unit; degrees. */
function spanned(side: number, focal: number): number {
  return degrees(2 * Math.atan(side / (2 * focal)));
}

/** `sensor` sides and `focalLength` in millimetres, > 0. */
export function fieldOfSensor(sensor: { width: number; height: number }, focalLength: number): FieldOfView {
  return {
    width: spanned(sensor.width, focalLength),
    height: spanned(sensor.height, focalLength),
    diagonal: spanned(Math.hypot(sensor.width, sensor.height), focalLength),
  };
}

/** `pixels` along the sides and the pixel scale at the centre in arcsec/pixel. */
export function fieldOfScale(pixels: { width: number; height: number }, pixelScale: number): FieldOfView {
  return fieldOfSensor(pixels, arcsecPerRadian / pixelScale);
}

/** arcsec/pixel of pixels of `pixelMicrons` µm behind `focalLength` mm: 206.265 · pixel / focal length. */
export function pixelScaleOf(pixelMicrons: number, focalLength: number): number {
  return (arcsecPerRadian * pixelMicrons) / 1000 / focalLength;
}
