// How a tuning sky is written down: a name, a file format, a place on the sky, and what light falls on it.
import type { SkyOptions, Truth } from '@astrogate/local';

export type SkyFile = 'jpeg50' | 'jpeg75' | 'jpeg92' | 'png8' | 'png16' | 'fits16' | 'tiff16';

export interface Place {
  ra: number;
  dec: number;
  /** Arcsec per pixel. */
  scale: number;
  size?: readonly [width: number, height: number];
  rotation?: number;
  parity?: Truth['parity'];
  sip?: Truth['sip'];
}

export type Light = Omit<SkyOptions, 'truth' | 'seed'>;

/** Barrel distortion: `edge` is how far a corner's star is moved, as a share of its distance from the centre. */
export function barrel(width: number, height: number, edge: number): NonNullable<Truth['sip']> {
  const factor = edge / ((width / 2) ** 2 + (height / 2) ** 2);
  return { order: 3, a: { '3_0': factor, '1_2': factor }, b: { '2_1': factor, '0_3': factor } };
}

export type SkyRow = readonly [name: string, file: SkyFile, place: Place, light: Light];
