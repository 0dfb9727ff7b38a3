// The form fields of a solve request beside the picture, and how they become hints and limits of the contract.
import type { Hints, JobLimits } from '@astrogate/proto';
import { z } from 'zod';
import { type Outbound, publicOutbound } from '../outbound/outbound.js';
import { checkWebhook, webhookFields } from './webhook-fields.js';

const scaleUnits = ['degwidth', 'arcminwidth', 'arcsecperpix'] as const;
type ScaleUnits = (typeof scaleUnits)[number];

/** Widest scale in each unit: 36000 arcsec/pixel and 360° are the ends of the contract. */
const widest: Record<ScaleUnits, number> = { degwidth: 360, arcminwidth: 360 * 60, arcsecperpix: 36_000 };
/** What an open lower bound means: far below any telescope, so that it shuts nothing out. */
const narrowest: Record<ScaleUnits, number> = { degwidth: 0.001, arcminwidth: 0.06, arcsecperpix: 0.001 };

/** Radius when ra and dec come without one, degrees; the server that we replace takes that as well. */
export const defaultRadius = 15;

/** Smaller bounds mean nothing to any telescope, and near 1e-320 they become 0 when their unit is converted. */
const smallest = 1e-6;
const scale = z.number().min(smallest).max(widest.arcsecperpix);
const depth = z.int().min(1).max(1000);

const base = {
  scale_low: scale.optional().describe('Lower bound of the scale, in scale_units; alone: no upper bound'),
  scale_high: scale.optional().describe('Upper bound of the scale, in scale_units; alone: no lower bound'),
  scale_units: z
    .enum(scaleUnits)
    .default('arcminwidth')
    .describe('Unit of the scale bounds: field width in degrees or arcminutes, or arcseconds per pixel'),
  ra: z.number().min(0).lt(360).optional().describe('Right ascension of the supposed centre, J2000 degrees'),
  dec: z.number().min(-90).max(90).optional().describe('Declination of the supposed centre, J2000 degrees'),
  radius: z
    .number()
    .min(smallest)
    .max(180)
    .optional()
    .describe(`How far from (ra, dec) the centre may be, degrees; ${defaultRadius} when not given`),
  downsample_factor: z.int().min(1).max(16).optional().describe('Bin the picture before stars are looked for'),
  depth_low: depth.optional().describe('First source, by brightness, that is searched with; 1 when not given'),
  depth_high: depth.optional().describe('Last source that is searched with'),
};

const parities = ['any', 'normal', 'flipped'] as const;

/**
 * Fields of `POST /api/v1/solves`. `jobSeconds`: longest time of an attempt that the service allows; `outbound`: whether
 * a webhook's URL may be asked for.
 */
export function solveFields(jobSeconds: number, outbound: Pick<Outbound, 'check'> = publicOutbound) {
  return z
    .strictObject({
      ...base,
      parity: z.enum(parities).default('any').describe('Which way round the picture is; flipped: mirrored'),
      tweak_order: z
        .int()
        .min(1)
        .max(5)
        .optional()
        .describe('Highest order of the SIP distortion polynomials; 1: none'),
      max_seconds: z.number().min(1).max(jobSeconds).default(jobSeconds).describe('Longest time of the attempt'),
      max_stars: z.int().min(0).max(5000).default(1000).describe('Most stars that come back'),
      ...webhookFields,
    })
    .superRefine(crossCheck)
    .superRefine(checkWebhook(outbound));
}

/** Fields of the drop-in `POST /solve`; `keep_temp_files` is taken and has no effect, since no such files exist. */
export const dropInSolveFields = z
  .strictObject({
    ...base,
    keep_temp_files: z
      .enum(['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 't', 'f', 'T', 'F', '1', '0'])
      .or(z.literal([0, 1]))
      .optional()
      .describe('Has no effect'),
  })
  .superRefine(crossCheck);

/** `POST /analyse` takes the picture alone. */
export const analyseFields = z.strictObject({});

type BaseFields = z.output<z.ZodObject<typeof base>>;
export type SolveFields = BaseFields & Partial<z.output<ReturnType<typeof solveFields>>>;

function crossCheck(fields: BaseFields, check: z.core.$RefinementCtx): void {
  const complain = (field: keyof BaseFields, allowed: string) =>
    check.addIssue({ code: 'custom', path: [field], message: allowed });
  const max = widest[fields.scale_units];
  for (const field of ['scale_low', 'scale_high'] as const)
    if (isBetween(fields[field], max, widest.arcsecperpix))
      complain(field, `a number from ${smallest} to ${max} ${fields.scale_units}`);
  if ((fields.scale_low ?? 0) > (fields.scale_high ?? Infinity)) complain('scale_low', 'not above scale_high');
  if ((fields.ra === undefined) !== (fields.dec === undefined))
    complain(fields.ra === undefined ? 'ra' : 'dec', 'ra and dec go together');
  if (fields.radius !== undefined && fields.ra === undefined && fields.dec === undefined)
    complain('radius', 'only together with ra and dec');
  if ((fields.depth_low ?? 1) > (fields.depth_high ?? 1000)) complain('depth_low', 'not above depth_high');
}

/** Above the widest scale of all units the schema has complained already. */
function isBetween(value: number | undefined, above: number, to: number): boolean {
  return value !== undefined && value > above && value <= to;
}

const parityOf = { any: 'PARITY_UNSPECIFIED', normal: 'PARITY_NORMAL', flipped: 'PARITY_FLIPPED' } as const;

/** The hints of the contract: field widths in degrees, pixel scales in arcsec/pixel, positions in J2000 degrees. */
export function toHints(fields: SolveFields): Hints {
  const { ra, dec } = fields;
  return {
    ...scaleHint(fields),
    ...(ra === undefined || dec === undefined ? {} : { ra, dec, radius: fields.radius ?? defaultRadius }),
    ...given('downsample', fields.downsample_factor),
    ...given('depthLow', fields.depth_low),
    ...given('depthHigh', fields.depth_high),
    ...given('tweakOrder', fields.tweak_order),
    parity: parityOf[fields.parity ?? 'any'],
  };
}

/** Limits of the attempt, in seconds and stars. */
export function toLimits(fields: SolveFields, jobSeconds: number): JobLimits {
  return { maxSeconds: fields.max_seconds ?? jobSeconds, maxStars: fields.max_stars ?? 1000 };
}

function scaleHint({ scale_low, scale_high, scale_units }: BaseFields): Partial<Hints> {
  if (scale_low === undefined && scale_high === undefined) return {};
  const low = scale_low ?? Math.min(narrowest[scale_units], scale_high ?? 0);
  const high = scale_high ?? widest[scale_units];
  if (scale_units === 'arcsecperpix') return { scaleLow: low, scaleHigh: high };
  const perDegree = scale_units === 'degwidth' ? 1 : 60;
  return { widthLow: low / perDegree, widthHigh: high / perDegree };
}

function given<K extends keyof Hints>(name: K, value: Hints[K] | undefined): Partial<Hints> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Hints>);
}
