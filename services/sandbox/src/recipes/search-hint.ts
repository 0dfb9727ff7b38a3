// What narrows a search, in the picture's own units, and where it comes from.
import type { HintKind, HintSource, Hints, SandboxJob } from '@astrogate/proto/sandbox';
import { blindScale } from '../engine/axy.js';
import type { PictureSize } from './recipe.js';

export interface SearchHint {
  source: HintSource;
  kind: HintKind;
  /** Arcsec per pixel of the picture as uploaded. */
  scale?: Range;
  /** J2000 degrees. */
  position?: Position;
  parity: Hints['parity'];
  /** 1-based range of sources. */
  depth?: Range;
  /** 1 to 5. */
  tweakOrder: number;
}

export interface Range {
  low: number;
  high: number;
}

export interface Position {
  ra: number;
  dec: number;
  radius: number;
}

/** The part of a hint that may be wrong. */
export interface Narrowing {
  scale?: Range | undefined;
  position?: Position | undefined;
  parity: Hints['parity'];
}

/** Highest order of the distortion polynomials when the caller does not say. */
const defaultTweakOrder = 2;
/** The deepest range that the engine looks at by itself. */
const deepest = 200;
const arcsecPerDegree = 3600;
/** What conversions between units may add to a bound. */
const rounding = 1.000001;

/** Nothing narrows it. A scale of the caller's that holds all that a blind search usually covers takes its place. */
export function blindHint(size: PictureSize, hints: Hints): SearchHint {
  const caller = narrowingOf(size, hints);
  const blind = hintOf('HINT_SOURCE_UNSPECIFIED', { parity: 'PARITY_UNSPECIFIED' }, hints);
  return caller.scale && coversBlind(size, caller) ? { ...blind, scale: caller.scale } : blind;
}

/** Whether a scale is given that excludes nothing of what a blind search covers. */
export function coversBlind(size: PictureSize, { scale }: Narrowing): boolean {
  const blind = blindScale(size);
  return scale !== undefined && scale.low <= blind.low * rounding && scale.high >= blind.high / rounding;
}

/** A hint; "none" from nowhere when nothing is narrowed. Depth and distortion are the caller's in every trial. */
export function hintOf(source: HintSource, { scale, position, parity }: Narrowing, hints: Hints): SearchHint {
  const { depthLow, depthHigh } = hints;
  const low = depthLow ?? 1;
  const depth =
    depthLow !== undefined || depthHigh !== undefined ? { low, high: depthHigh ?? Math.max(low, deepest) } : undefined;
  const kind = kindOf({ scale, position, parity });
  return {
    source: kind === 'none' ? 'HINT_SOURCE_UNSPECIFIED' : source,
    kind,
    ...(scale && { scale }),
    ...(position && { position }),
    ...(depth && { depth }),
    parity,
    tweakOrder: hints.tweakOrder ?? defaultTweakOrder,
  };
}

type NarrowingFields = Omit<SandboxJob['guesses'][number], 'source' | 'picture'>;

/** A field width becomes a scale, and gives way to a scale that is given. */
export function narrowingOf({ width }: PictureSize, fields: NarrowingFields): Narrowing {
  const { scaleLow, scaleHigh, widthLow, widthHigh, ra, dec, radius, parity } = fields;
  const perPixel = (degrees: number) => (degrees * arcsecPerDegree) / width;
  const scale =
    scaleLow !== undefined && scaleHigh !== undefined
      ? { low: scaleLow, high: scaleHigh }
      : widthLow !== undefined && widthHigh !== undefined
        ? { low: perPixel(widthLow), high: perPixel(widthHigh) }
        : undefined;
  const position = ra !== undefined && dec !== undefined && radius !== undefined ? { ra, dec, radius } : undefined;
  return { scale, position, parity };
}

function kindOf({ scale, position, parity }: Narrowing): HintKind {
  if (scale && position) return 'scale+position';
  if (scale) return 'scale';
  if (position) return 'position';
  return parity === 'PARITY_UNSPECIFIED' ? 'none' : 'parity';
}
