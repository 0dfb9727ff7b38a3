// POST /analyse: what the headers of a picture say about its field. Nothing is solved and nothing is kept.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { type Analysis, analyse } from '../analyse/analyse.js';
import { type FittingScale, fittingScales } from '../analyse/index-scales.js';
import type { ApiContext } from '../context.js';
import { uploadRules } from './accept-job.js';
import { analyseFields } from './hint-fields.js';
import { receivePicture } from './upload.js';

const fittingSchema = z.object({
  scale: z.int().describe('Scale number, 0 to 19, of the astrometry.net index series'),
  quad_low: z.number().describe('arcmin'),
  quad_high: z.number().describe('arcmin'),
  available: z.boolean().nullable().describe('Whether the solver has such an index; null: it could not be asked'),
});

export const analyseAnswer = z.object({
  success: z.boolean(),
  make: z.string().optional(),
  model: z.string().optional(),
  focal_length: z.number().optional().describe('Millimetres'),
  sensor_name: z.string().optional(),
  detected_from: z.enum(['exif', 'fits', 'wcs']).optional().describe('Where the field of view comes from'),
  fov: z
    .object({
      width_degrees: z.number(),
      height_degrees: z.number(),
      width_arcmin: z.number(),
      height_arcmin: z.number(),
      diagonal_degrees: z.number(),
    })
    .optional(),
  scale_low: z.number().optional().describe('Field width / 1.2, or / 1.05 when it comes from a WCS'),
  scale_high: z.number().optional().describe('Field width · 1.2, or · 1.05 when it comes from a WCS'),
  scale_units: z.literal('arcminwidth').optional(),
  has_exif: z.boolean(),
  width: z.int().optional().describe('Pixels'),
  height: z.int().optional().describe('Pixels'),
  ra: z.number().optional().describe('Position in the header, degrees'),
  dec: z.number().optional().describe('Position in the header, degrees'),
  index_scales: z.array(fittingSchema).optional().describe('Scales whose quads fit this field'),
  error: z.string().optional().describe('Why there is no field of view'),
  code: z.string().optional().describe('Code of the error table, with a status other than 200'),
  request_id: z.string().optional(),
});
type AnalyseAnswer = z.infer<typeof analyseAnswer>;

export function dropInAnalyse(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    if (!ctx.isServing()) throw new AstrogateError('draining');
    const { upload } = await receivePicture(request, response, analyseFields, uploadRules(ctx));
    const analysis = await analyse(upload).finally(() => ctx.spool.remove(upload.path));
    const scales = analysis.field ? await scalesFor(ctx, analysis.field.width * 60) : undefined;
    response.json(toAnswer(analysis, scales));
  };
}

async function scalesFor(ctx: ApiContext, widthArcmin: number): Promise<FittingScale[]> {
  const indexes = await ctx.solver.indexes().catch(() => undefined);
  // A solver without any index could not solve at all: it does not know what it has.
  return fittingScales(widthArcmin, indexes?.length === 0 ? undefined : indexes);
}

/** A picture that says nothing about itself is an answer, not an error: `success` false with status 200. */
function toAnswer(analysis: Analysis, scales: FittingScale[] | undefined): AnalyseAnswer {
  const { hasExif, make, model, focalLength, sensor, detectedFrom, pixels, field, bounds, position } = analysis;
  const knows = hasExif || field !== undefined || position !== undefined || focalLength !== undefined;
  return {
    success: knows,
    ...(make ? { make } : {}),
    ...(model ? { model } : {}),
    ...(focalLength ? { focal_length: focalLength } : {}),
    ...(sensor ? { sensor_name: sensor.name } : {}),
    ...(detectedFrom ? { detected_from: detectedFrom } : {}),
    ...(field
      ? {
          fov: {
            width_degrees: field.width,
            height_degrees: field.height,
            width_arcmin: field.width * 60,
            height_arcmin: field.height * 60,
            diagonal_degrees: field.diagonal,
          },
        }
      : {}),
    ...(bounds ? { scale_low: bounds.low, scale_high: bounds.high } : {}),
    ...(knows ? { scale_units: 'arcminwidth' as const } : {}),
    has_exif: hasExif,
    ...pixels,
    ...position,
    ...(scales ? { index_scales: scales } : {}),
    ...(knows ? {} : { error: 'The picture has no EXIF data and no FITS header that tells its field of view' }),
  };
}
