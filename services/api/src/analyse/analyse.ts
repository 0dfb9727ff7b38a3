// What can be known of a picture's field without solving it. Reads at most the first bytes of a file.
import { open } from 'node:fs/promises';
import type { SpooledUpload } from '../spool/upload-writer.js';
import { readCamera } from './exif.js';
import { type FieldOfView, fieldOfScale, fieldOfSensor, pixelScaleOf } from './field-of-view.js';
import { readCards } from './fits-cards.js';
import { readFitsFacts } from './fits-facts.js';
import { type PixelSize, pictureSize } from './picture-size.js';
import type { Sensor } from './sensors.js';

/** EXIF lies in the first 64 KiB of a JPEG; a FITS header of this size has 6553 cards. */
const headBytes = 512 * 1024;

/** Lens and sensor sizes are rounded, and zooms are read off a ring: bounds are the width divided and multiplied by this. */
const nominalFactor = 1.2;
/** A WCS was measured. */
const measuredFactor = 1.05;

export interface Analysis {
  readonly hasExif: boolean;
  readonly make?: string;
  readonly model?: string;
  /** Millimetres. */
  readonly focalLength?: number;
  readonly sensor?: Sensor;
  readonly detectedFrom?: 'exif' | 'fits' | 'wcs';
  readonly pixels?: PixelSize;
  readonly field?: FieldOfView;
  /** arcsec/pixel at the centre, between which a search should look. */
  readonly pixelScale?: { readonly low: number; readonly high: number };
  /** Field width in arcmin between which a search should look. */
  readonly bounds?: { readonly low: number; readonly high: number };
  /** Sign of det CD of a WCS. */
  readonly parity?: 'PARITY_NORMAL' | 'PARITY_FLIPPED';
  /** Degrees. */
  readonly position?: { readonly ra: number; readonly dec: number };
}

export async function analyse(upload: SpooledUpload): Promise<Analysis> {
  const head = await readHead(upload.path);
  return upload.format === 'IMAGE_FORMAT_FITS' ? fromFits(head) : fromPhotograph(head);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function fromPhotograph(head: Buffer): Analysis {
  const pixels = pictureSize(head);
  const camera = readCamera(head, pixels && pixels.width / pixels.height);
  const size = pixels ? { pixels } : {};
  if (!camera) return { hasExif: false, ...size };
  const facts = { hasExif: true, ...camera, ...size } as const;
  if (!camera.sensor) return facts;
  const upright = pixels ? turned(camera.sensor, pixels) : camera.sensor;
  if (!camera.focalLength) return { ...facts, detectedFrom: 'exif' };
  const field = fieldOfSensor(upright, camera.focalLength);
  const bounds = boundsOf(field, nominalFactor, nominalFactor);
  if (!pixels) return { ...facts, detectedFrom: 'exif', field, bounds };
  const scale = pixelScaleOf((upright.width * 1000) / pixels.width, camera.focalLength);
  return { ...facts, detectedFrom: 'exif', field, bounds, pixelScale: around(scale, nominalFactor, nominalFactor) };
}

/** The sensor with its long side where the picture has it: a portrait may be stored turned. */
function turned(sensor: Sensor, { width, height }: PixelSize): Sensor {
  const isPortrait = height > width;
  return isPortrait === sensor.height > sensor.width
    ? sensor
    : { ...sensor, width: sensor.height, height: sensor.width };
}

function fromFits(head: Buffer): Analysis {
  const { camera, scale, pixels, focalLength, position, parity } = readFitsFacts(readCards(head));
  const facts = {
    hasExif: false,
    ...(camera ? { model: camera } : {}),
    ...(focalLength ? { focalLength } : {}),
    ...(pixels ? { pixels } : {}),
    ...(parity ? { parity } : {}),
    ...(position ? { position } : {}),
  };
  if (!scale) return facts;
  const factor = scale.from === 'wcs' ? measuredFactor : nominalFactor;
  const pixelScale = around(scale.value, factor, factor * scale.binning);
  if (!pixels) return { ...facts, pixelScale };
  const field = fieldOfScale(pixels, scale.value);
  const bounds = boundsOf(field, factor, factor * scale.binning);
  return { ...facts, detectedFrom: scale.from === 'wcs' ? 'wcs' : 'fits', field, bounds, pixelScale };
}

const around = (value: number, below: number, above: number) => ({ low: value / below, high: value * above });

function boundsOf({ width }: FieldOfView, below: number, above: number): { low: number; high: number } {
  return { low: (width * 60) / below, high: Math.min(width * 60 * above, 360 * 60) };
}
