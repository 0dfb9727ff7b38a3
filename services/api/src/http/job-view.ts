// A job as JSON: the schemas of the answers and how a job is written in them. Units stand in the schemas.
import {
  errorTable,
  type HintSource,
  type OutcomeMessage,
  type SolutionMessage,
  type TrialMessage,
} from '@astrogate/proto';
import { z } from 'zod';
import { type Job, type JobProgress, jobStatuses } from '../jobs/job.js';
import { formatName } from './sniff.js';
import { toWebhookView, webhookSchema } from './webhook-view.js';

const pixel = z.number().describe('1-based FITS pixels: the centre of the first pixel is at 1');
const degrees = z.number().describe('J2000/ICRS degrees');

const hintSource = z.enum(['none', 'caller', 'header', 'learned']);

const starSchema = z.object({ x: pixel, y: pixel, flux: z.number().describe('Counts above the background') });
const matchedSchema = z.object({ x: pixel, y: pixel, ra: degrees, dec: degrees });
const trialSchema = z.object({
  recipe: z.string(),
  hint: z.string().describe('none, scale, position, scale+position or parity'),
  hint_source: hintSource.describe('Where that hint comes from; none: a blind search'),
  sources: z.int(),
  result: z.string(),
  seconds: z.number(),
});

const solutionSchema = z.object({
  calibration: z.object({
    ra: degrees.describe('Field centre, J2000/ICRS degrees'),
    dec: degrees.describe('Field centre, J2000/ICRS degrees'),
    pixel_scale: z.number().describe('arcsec/pixel of the picture as uploaded'),
    orientation: z.number().describe('From picture up to celestial north, degrees east of north, -180 to 180'),
    parity: z.enum(['normal', 'flipped']).describe('Sign of det CD: negative is normal'),
    field_width: z.number().describe('Degrees'),
    field_height: z.number().describe('Degrees'),
    radius: z.number().describe('Of the circle through the corners, degrees'),
  }),
  wcs: z.object({
    crval1: degrees,
    crval2: degrees,
    crpix1: pixel,
    crpix2: pixel,
    cd1_1: z.number().describe('Degrees per pixel'),
    cd1_2: z.number().describe('Degrees per pixel'),
    cd2_1: z.number().describe('Degrees per pixel'),
    cd2_2: z.number().describe('Degrees per pixel'),
    sip_order: z.int().describe('0: no distortion polynomials'),
  }),
  matched: z.array(matchedSchema).describe('Stars used by the match'),
  stars: z.array(starSchema).describe('Stars found in the picture, brightest first'),
  log_odds: z.number().describe('Natural logarithm of the odds that the match is real'),
  index: z.string().describe('Index file that matched'),
  recipe: z.string().describe('The recipe that won'),
  hint: z.string().describe('The hint that won: none, scale, position, scale+position or parity'),
  hint_source: hintSource.describe(
    "Where that hint comes from: the caller's fields, the picture's header, or the caller's last solutions; none: a blind search",
  ),
});

export const jobSchema = z.object({
  id: z.string(),
  status: z.enum(jobStatuses),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
  upload: z.object({
    bytes: z.int(),
    sha256: z.string(),
    format: z.string(),
    name: z.string().nullable().describe('For display only'),
  }),
  queue: z
    .object({
      position: z.int().describe('1: it gets the next free slot; 0: it is being handed to a solver'),
      estimated_wait_seconds: z.int().nullable().describe('From slots and recent run times; null: not known'),
    })
    .nullable()
    .describe('While it is queued'),
  progress: z.object({ stage: z.string(), detail: z.string(), elapsed_seconds: z.number() }).nullable(),
  picture: z
    .object({ format: z.string(), width: z.int(), height: z.int(), channels: z.int(), bits: z.int() })
    .nullable()
    .describe('As decoded, by content'),
  solution: solutionSchema.nullable(),
  tried: z.array(trialSchema).describe('What was tried, when it was not solved'),
  failure: z.object({ code: z.string(), title: z.string(), detail: z.string(), retryable: z.boolean() }).nullable(),
  timings: z.record(z.string(), z.number()).describe('Seconds per stage'),
  versions: z.record(z.string(), z.string()),
  webhook: webhookSchema.nullable().describe('null: none was asked for'),
  links: z.object({ self: z.string(), cancel: z.string().optional(), wcs: z.string().optional() }),
});
export type JobView = z.infer<typeof jobSchema>;

/** What of a solution says where the picture points. */
export type CalibratedSolution = Pick<
  SolutionMessage,
  'ra' | 'dec' | 'pixelScale' | 'orientation' | 'parity' | 'fieldWidth' | 'fieldHeight' | 'radius'
>;

export const jobPath = (id: string) => `/api/v1/solves/${id}`;

/** What a job shows wherever it stands. */
export function toBriefView(job: Job) {
  return {
    id: job.id,
    status: job.status,
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    upload: toUploadView(job.upload),
    progress: job.progress ? toProgressView(job.progress) : null,
    failure: failureOf(job),
    links: linksOf(job),
  };
}

/** `queue`: where the job stands, if it is queued and that is known. */
export function toJobView(job: Job, queue: JobView['queue'] = null): JobView {
  const { outcome } = job;
  return {
    ...toBriefView(job),
    queue,
    picture: outcome?.picture ? { ...outcome.picture, format: formatName(outcome.picture.format) } : null,
    solution: outcome?.solution ? toSolutionView(outcome.solution) : null,
    tried: ((outcome?.notSolved ?? outcome?.failure)?.tried ?? []).map(toTrialView),
    timings: timingsOf(outcome),
    versions: { ...outcome?.versions },
    webhook: job.webhook ? toWebhookView(job.webhook) : null,
  };
}

function toUploadView({ bytes, sha256, format, name }: Job['upload']): JobView['upload'] {
  return { bytes, sha256, format: formatName(format), name: name ?? null };
}

export function toProgressView({ stage, detail, elapsedSeconds }: JobProgress): NonNullable<JobView['progress']> {
  return { stage: stageName(stage), detail, elapsed_seconds: elapsedSeconds };
}

export function failureOf({ failure }: Pick<Job, 'failure'>): JobView['failure'] {
  if (!failure) return null;
  const { title, retryable } = errorTable[failure.code];
  return { code: failure.code, title, detail: failure.message, retryable };
}

export function linksOf({ id, status }: Pick<Job, 'id' | 'status'>): JobView['links'] {
  const self = jobPath(id);
  if (status === 'solved') return { self, wcs: `${self}/files/wcs` };
  return status === 'queued' || status === 'running' ? { self, cancel: `${self}/cancel` } : { self };
}

function timingsOf(outcome: OutcomeMessage | undefined): Record<string, number> {
  return Object.fromEntries((outcome?.timings ?? []).map(({ stage, seconds }) => [stageName(stage), seconds]));
}

/** "STAGE_SEARCH" → "search". */
function stageName(stage: string): string {
  return stage.replace('STAGE_', '').toLowerCase();
}

function toTrialView({ hintSource, ...trial }: TrialMessage): z.infer<typeof trialSchema> {
  return { ...trial, hint_source: sourceName(hintSource) };
}

const sourceNames: Readonly<Record<HintSource, z.infer<typeof hintSource>>> = {
  HINT_SOURCE_UNSPECIFIED: 'none',
  HINT_SOURCE_CALLER: 'caller',
  HINT_SOURCE_HEADER: 'header',
  HINT_SOURCE_LEARNED: 'learned',
};

/** A source that a newer solver may know is as good as none. */
const sourceName = (source: HintSource): z.infer<typeof hintSource> => sourceNames[source] ?? 'none';

/** Where the picture points. */
export function calibrationOf(solution: CalibratedSolution): z.infer<typeof solutionSchema>['calibration'] {
  return {
    ra: solution.ra,
    dec: solution.dec,
    pixel_scale: solution.pixelScale,
    orientation: solution.orientation,
    parity: solution.parity === 'PARITY_FLIPPED' ? 'flipped' : 'normal',
    field_width: solution.fieldWidth,
    field_height: solution.fieldHeight,
    radius: solution.radius,
  };
}

function toSolutionView(solution: SolutionMessage): z.infer<typeof solutionSchema> {
  const { wcs } = solution;
  return {
    calibration: calibrationOf(solution),
    wcs: {
      crval1: wcs?.crval1 ?? 0,
      crval2: wcs?.crval2 ?? 0,
      crpix1: wcs?.crpix1 ?? 0,
      crpix2: wcs?.crpix2 ?? 0,
      cd1_1: wcs?.cd1_1 ?? 0,
      cd1_2: wcs?.cd1_2 ?? 0,
      cd2_1: wcs?.cd2_1 ?? 0,
      cd2_2: wcs?.cd2_2 ?? 0,
      sip_order: wcs?.sipOrder ?? 0,
    },
    matched: solution.matched,
    stars: solution.stars,
    log_odds: solution.logOdds,
    index: solution.index,
    recipe: solution.recipe,
    hint: solution.hint,
    hint_source: sourceName(solution.hintSource),
  };
}
