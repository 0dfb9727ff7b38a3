// Sensor sizes: names of the usual ones, and those of some cameras whose pictures say too little about themselves.

export interface Sensor {
  readonly name: string;
  /** Millimetres, long side first. */
  readonly width: number;
  readonly height: number;
}

// Sides as the makers' specifications give them, to a tenth of a millimetre.
const fullFrame: Sensor = { name: 'Full Frame', width: 36, height: 24 };
const apsC: Sensor = { name: 'APS-C', width: 23.5, height: 15.6 };
const apsCCanon: Sensor = { name: 'APS-C Canon', width: 22.3, height: 14.9 };
const microFourThirds: Sensor = { name: 'Micro Four Thirds', width: 17.3, height: 13 };
const oneInch: Sensor = { name: '1-inch', width: 13.2, height: 8.8 };
const mediumFormat: Sensor = { name: 'Medium Format 44x33', width: 43.8, height: 32.9 };

const named = [mediumFormat, fullFrame, apsC, apsCCanon, microFourThirds, oneInch];

/**
 * Sensor by camera model; the first match counts. Sources: product pages and manuals of Canon, Nikon, Sony, Fujifilm,
 * OM System and Panasonic ("image sensor: size").
 */
const cameras: readonly (readonly [RegExp, Sensor])[] = [
  [/^Canon EOS (?:-?1D X|5D|5DS|6D|R$|R[13568](?!\d)|RP|Ra)/i, fullFrame],
  [/^Canon EOS (?:M|R7|R10|R50|R100|7D|[1-9]0D|77D|\d{3,4}D|Rebel|Kiss)/i, apsCCanon],
  [/^NIKON (?:D[3456]$|D6[01]0|D7[058]0$|D8[015]0|Df|Z ?[56789](?!0)|Z ?f$)/i, fullFrame],
  [/^NIKON (?:D3\d00|D5\d00|D7\d00|D90|D500|Z ?(?:30|50|fc))/i, apsC],
  [/^(?:ILCE-[179]|ILCE-7|SLT-A99|DSLR-A[89])/i, fullFrame],
  [/^(?:ILCE-[3456]\d{3}|NEX-|ZV-E10|SLT-A)/i, apsC],
  [/^(?:GFX)/i, mediumFormat],
  [/^(?:X-[A-Z]|X100)/i, apsC],
  [/^(?:E-M|E-P|OM-|PEN-F|DC-G|DMC-G)/i, microFourThirds],
  [/^(?:PENTAX K-1)/i, fullFrame],
  [/^(?:PENTAX K)/i, apsC],
];

export function sensorOfCamera(model: string): Sensor | undefined {
  return cameras.find(([pattern]) => pattern.test(model.trim()))?.[1];
}

/** A sensor of measured sides (mm) with the name of the usual one that it is like, else its sides. */
export function nameSensor(width: number, height: number): Sensor {
  const like = named.find(({ width: w, height: h }) => isNear(width, w) && isNear(height, h));
  return { name: like?.name ?? `${width.toFixed(1)}x${height.toFixed(1)} mm`, width, height };
}

/** Published sides leave out border pixels, and 35-mm equivalents are rounded to a millimetre. */
function isNear(measured: number, published: number): boolean {
  return Math.abs(measured / published - 1) < 0.03;
}
