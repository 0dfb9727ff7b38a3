// What solver and sandbox say to each other. The solver writes one job frame to the sandbox's stdin and keeps stdin
// open until it has the outcome: EOF means that nobody waits any more. The sandbox writes event frames to stdout:
// one `ready`, any number of `progress`, one `outcome`. The byte layout is in sandbox-frames.ts.
import { z } from 'zod';

const finite = z.number();
const count = z.int().min(0);
const seconds = finite.min(0);
/** Text for people: no control characters. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u);

const imageFormats = ['JPEG', 'PNG', 'TIFF', 'FITS', 'PNM', 'GZIP', 'RAW'] as const;
const imageFormat = z.enum(imageFormats.map((name) => `IMAGE_FORMAT_${name}` as const));
const parity = z.enum(['PARITY_UNSPECIFIED', 'PARITY_NORMAL', 'PARITY_FLIPPED']);
const stage = z.enum(['STAGE_DECODE', 'STAGE_EXTRACT', 'STAGE_SEARCH', 'STAGE_REPORT']);
/** What a hint narrows; "parity" only when it is all there is. */
const hintKind = z.enum(['none', 'scale', 'position', 'scale+position', 'parity']);
const hintSource = z.enum([
  'HINT_SOURCE_UNSPECIFIED',
  'HINT_SOURCE_CALLER',
  'HINT_SOURCE_HEADER',
  'HINT_SOURCE_LEARNED',
]);

/** What narrows a search. Units and ranges as in messages Hints and Guess of solver.proto. */
const narrowing = {
  scaleLow: finite.positive().max(36_000).optional(),
  scaleHigh: finite.positive().max(36_000).optional(),
  widthLow: finite.positive().max(360).optional(),
  widthHigh: finite.positive().max(360).optional(),
  ra: finite.min(0).lt(360).optional(),
  dec: finite.min(-90).max(90).optional(),
  radius: finite.positive().max(180).optional(),
  parity: parity.default('PARITY_UNSPECIFIED'),
};

/** Fields of which one says nothing without the others, and bounds that stand the right way round. */
function checkNarrowing(fields: z.output<z.ZodObject<typeof narrowing>>, check: z.core.$RefinementCtx): void {
  const complain = (message: string) => check.addIssue({ code: 'custom', message });
  const { scaleLow, scaleHigh, widthLow, widthHigh, ra, dec, radius } = fields;
  if ((scaleLow === undefined) !== (scaleHigh === undefined)) complain('scale_low and scale_high go together');
  else if ((scaleLow ?? 0) > (scaleHigh ?? 0)) complain('scale_low must not be above scale_high');
  if ((widthLow === undefined) !== (widthHigh === undefined)) complain('width_low and width_high go together');
  else if ((widthLow ?? 0) > (widthHigh ?? 0)) complain('width_low must not be above width_high');
  const position = [ra, dec, radius].filter((value) => value !== undefined);
  if (position.length % 3 !== 0) complain('ra, dec and radius go together');
}

/** Fields, units and ranges as in message Hints of solver.proto. */
export const hintsSchema = z
  .strictObject({
    ...narrowing,
    downsample: z.int().min(1).max(16).optional(),
    depthLow: z.int().min(1).max(1000).optional(),
    depthHigh: z.int().min(1).max(1000).optional(),
    tweakOrder: z.int().min(1).max(5).optional(),
  })
  .superRefine(checkNarrowing)
  .refine((h) => (h.depthLow ?? 1) <= (h.depthHigh ?? 1000), 'depth_low must not be above depth_high');

/** A guess as the api sends it: fields, units and ranges as in message Guess of solver.proto. */
export const headerGuessSchema = z
  .strictObject({ source: z.literal('HINT_SOURCE_HEADER'), ...narrowing })
  .superRefine(checkNarrowing);

const side = z.int().min(1).max(65_535);

/** What the caller's last pictures were like; true of a picture of the same format and size alone. */
export const learnedGuessSchema = z
  .strictObject({
    source: z.literal('HINT_SOURCE_LEARNED'),
    ...narrowing,
    /** Format by content, width and height in pixels as decoded. */
    picture: z.strictObject({ format: imageFormat, width: side, height: side }),
  })
  .superRefine(checkNarrowing);

/** A picture has one header; a few more for what others may know. */
export const mostHeaderGuesses = 4;
/** Pictures of one caller that differ in size, format, scale or parity: a rig or two with their binnings and cameras. */
export const mostLearnedGuesses = 8;

/** Fields, units, ranges and defaults as in message JobLimits of solver.proto. */
export const limitsSchema = z.strictObject({
  maxSeconds: finite.min(1).max(600).default(120),
  maxStars: z.int().min(0).max(5000).default(1000),
});

/** Header of the job frame; the upload follows it. */
export const sandboxJobSchema = z.strictObject({
  hints: hintsSchema,
  /** The best first. */
  guesses: z
    .array(z.discriminatedUnion('source', [headerGuessSchema, learnedGuessSchema]))
    .max(mostHeaderGuesses + mostLearnedGuesses)
    .default([]),
  limits: limitsSchema,
  /** Largest number of pixels that is decoded. */
  maxPixels: z.int().min(1),
  /** Whether camera raw files are read. */
  allowRaw: z.boolean(),
});

const star = z.strictObject({ x: finite, y: finite, flux: finite });
const trial = z.strictObject({
  recipe: text(64),
  hint: hintKind,
  hintSource,
  sources: count,
  result: text(100),
  seconds,
});

const solution = z.strictObject({
  ra: finite.min(0).lt(360),
  dec: finite.min(-90).max(90),
  pixelScale: finite.positive(),
  orientation: finite.min(-180).max(180),
  parity: z.enum(['PARITY_NORMAL', 'PARITY_FLIPPED']),
  fieldWidth: finite.positive(),
  fieldHeight: finite.positive(),
  radius: finite.positive(),
  wcs: z.strictObject({
    /** The FITS header cards in base64. */
    header: z.base64().max(90_000),
    crval1: finite,
    crval2: finite,
    crpix1: finite,
    crpix2: finite,
    cd1_1: finite,
    cd1_2: finite,
    cd2_1: finite,
    cd2_2: finite,
    sipOrder: z.int().min(0).max(9),
  }),
  matched: z.array(z.strictObject({ x: finite, y: finite, ra: finite, dec: finite })).max(5000),
  stars: z.array(star).max(5000),
  logOdds: finite,
  index: text(200),
  recipe: text(64),
  hint: hintKind,
  hintSource,
});

/** Codes that a sandbox may end with. */
export const sandboxFailureCodes = [
  'unsupported_format',
  'image_unreadable',
  'image_too_large',
  'image_too_small',
  'timeout',
  'solver_failed',
] as const;

/** Exactly one of solution, notSolved and failure; fields as in message Outcome of solver.proto. */
export const outcomeSchema = z
  .strictObject({
    solution: solution.optional(),
    notSolved: z.strictObject({ tried: z.array(trial).max(50), stars: z.array(star).max(5000) }).optional(),
    failure: z
      .strictObject({ code: z.enum(sandboxFailureCodes), message: text(300), tried: z.array(trial).max(50) })
      .optional(),
    timings: z.array(z.strictObject({ stage, seconds })).max(20),
    versions: z.strictObject({ sandbox: text(40), astrometry: text(40), node: text(40) }),
    picture: z
      .strictObject({
        format: imageFormat,
        width: side,
        height: side,
        channels: z.int().min(1).max(4),
        bits: z.int().min(1).max(64),
      })
      .optional(),
  })
  .refine(
    (o) => [o.solution, o.notSolved, o.failure].filter((part) => part !== undefined).length === 1,
    'exactly one result',
  );

export const progressSchema = z.strictObject({ stage, detail: text(200), elapsedSeconds: seconds });
export const readySchema = z.strictObject({
  versions: z.strictObject({ sandbox: text(40), astrometry: text(40), node: text(40) }),
});

export type Hints = z.infer<typeof hintsSchema>;
export type JobLimits = z.infer<typeof limitsSchema>;
export type SandboxJob = z.infer<typeof sandboxJobSchema>;
export type SandboxOutcome = z.infer<typeof outcomeSchema>;
export type SandboxSolution = NonNullable<SandboxOutcome['solution']>;
export type SandboxProgress = z.infer<typeof progressSchema>;
export type SandboxReady = z.infer<typeof readySchema>;
export type Trial = z.infer<typeof trial>;
export type Star = z.infer<typeof star>;
export type SandboxFailureCode = (typeof sandboxFailureCodes)[number];
export type HeaderGuess = z.infer<typeof headerGuessSchema>;
export type LearnedGuess = z.infer<typeof learnedGuessSchema>;
export type Guess = HeaderGuess | LearnedGuess;
export type HintKind = z.infer<typeof hintKind>;
export type HintSource = z.infer<typeof hintSource>;
export type ImageFormat = z.infer<typeof imageFormat>;
export type Stage = z.infer<typeof stage>;
