// What a photograph says about camera and lens. Reads only tags that are used here, and only from the bytes it is given.
import { type ExifTags, readExifTags } from './exif-tags.js';
import { nameSensor, type Sensor, sensorOfCamera } from './sensors.js';

export interface CameraFacts {
  readonly make?: string;
  readonly model?: string;
  /** Millimetres. */
  readonly focalLength?: number;
  readonly sensor?: Sensor;
}

/** Diagonal of a 36 mm × 24 mm frame, on which 35-mm equivalents rest (CIPA DCG-001), millimetres. */
const fullFrameDiagonal = 43.27;

/** FocalPlaneResolutionUnit → millimetres (Exif 3.0, §4.6.6; 4 and 5 are written by some cameras). */
const unitMillimetres: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };

/** Undefined when `head` holds no EXIF. `aspect`: width / height of the picture as stored, if known. */
export function readCamera(head: Buffer, aspect: number | undefined): CameraFacts | undefined {
  const tags = readExifTags(head);
  if (Object.keys(tags).length === 0) return undefined;
  const make = text(tags.make);
  const model = text(tags.model);
  const focalLength = within(tags.focalLength, 0.5, 50_000);
  const sensor =
    focalPlaneSensor(tags) ??
    equivalentSensor(tags, focalLength, aspect) ??
    (model ? sensorOfCamera(model) : undefined);
  return {
    ...(make ? { make } : {}),
    ...(model ? { model } : {}),
    ...(focalLength ? { focalLength } : {}),
    ...(sensor ? { sensor } : {}),
  };
}

/** Pixels along a side, divided by pixels per unit length. */
function focalPlaneSensor(tags: ExifTags): Sensor | undefined {
  const unit = unitMillimetres[within(tags.focalPlaneUnit, 2, 5) ?? 2] ?? 25.4;
  const side = (pixels: unknown, resolution: unknown) => {
    const [count, density] = [within(pixels, 1, 1e6), within(resolution, 1e-3, 1e9)];
    return count && density ? within((count / density) * unit, 1, 100) : undefined;
  };
  const width = side(tags.pixelWidth, tags.focalPlaneX);
  const height = side(tags.pixelHeight, tags.focalPlaneY);
  return width && height ? nameSensor(width, height) : undefined;
}

/** The sensor whose diagonal is smaller than a full frame's by the crop factor. */
function equivalentSensor(
  tags: ExifTags,
  focalLength: number | undefined,
  aspect: number | undefined,
): Sensor | undefined {
  const equivalent = within(tags.focalLength35, 1, 50_000);
  const [width, height] = [within(tags.pixelWidth, 1, 1e6), within(tags.pixelHeight, 1, 1e6)];
  const ratio = aspect ?? (width && height ? width / height : undefined);
  if (!equivalent || !focalLength || !ratio) return undefined;
  const diagonal = (fullFrameDiagonal * focalLength) / equivalent;
  const short = diagonal / Math.hypot(ratio, 1);
  return nameSensor(short * ratio, short);
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value.replace(/\p{C}/gu, '').trim().slice(0, 100);
  return clean === '' ? undefined : clean;
}

function within(value: unknown, low: number, high: number): number | undefined {
  return typeof value === 'number' && value >= low && value <= high ? value : undefined;
}
