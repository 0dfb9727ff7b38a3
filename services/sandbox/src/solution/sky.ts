// Angles on the sky. All in degrees.

export interface SkyPoint {
  ra: number;
  dec: number;
}

const radians = Math.PI / 180;

export const sinDegrees = (angle: number): number => Math.sin(angle * radians);
export const cosDegrees = (angle: number): number => Math.cos(angle * radians);
export const atan2Degrees = (y: number, x: number): number => Math.atan2(y, x) / radians;

/** Great-circle distance, by the haversine formula, which keeps its precision for small angles. */
export function separation(a: SkyPoint, b: SkyPoint): number {
  const half = sinDegrees((b.dec - a.dec) / 2) ** 2;
  const across = cosDegrees(a.dec) * cosDegrees(b.dec) * sinDegrees((b.ra - a.ra) / 2) ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(half + across)))) / radians;
}
