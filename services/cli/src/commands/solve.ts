// `astrogate solve FILE…`: upload, follow, show. Ctrl-C cancels the job on the server.
import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes, worstOf } from '../exit-codes.js';
import { Failure, Interrupted, ServerFailure, UsageFailure } from '../failure.js';
import type { Job } from '../http/job.js';
import { cancelJob, fetchWcs, followJob, submitJob } from '../http/jobs.js';
import { parseDec, parseRa } from '../input/angle.js';
import { numberBetween, positiveUpTo, wholeBetween } from '../input/number.js';
import { openPictures, type Picture } from '../input/pictures.js';
import { type WebhookOptions, webhookFields } from '../input/webhook.js';
import { problemJson, problemLines } from '../output/problem.js';
import { jobLines, triedLines } from '../output/solution.js';
import type { CommandContext } from './context.js';
import { ownerOf } from './owner.js';
import { type ServerOptions, serverCommand, serverOf } from './server-command.js';

interface SolveOptions extends ServerOptions, WebhookOptions {
  readonly scaleLow?: number;
  readonly scaleHigh?: number;
  readonly scaleUnits?: string;
  readonly ra?: number;
  readonly dec?: number;
  readonly radius?: number;
  readonly parity?: string;
  readonly downsample?: number;
  readonly depthLow?: number;
  readonly depthHigh?: number;
  readonly maxSeconds?: number;
  readonly wcs?: string;
  readonly quiet?: boolean;
}

const scaleUnits = ['degwidth', 'arcminwidth', 'arcsecperpix'];

export function solveCommand(context: CommandContext): Command {
  return serverCommand('solve', 'find out where a picture of the sky points')
    .argument('<file...>', 'pictures: JPEG, PNG, TIFF, FITS, PGM, PPM')
    .option('--scale-low <number>', 'lower bound of the scale, in --scale-units', positiveUpTo(36_000))
    .option('--scale-high <number>', 'upper bound of the scale', positiveUpTo(36_000))
    .addOption(new Option('--scale-units <unit>', 'unit of the two (default: arcminwidth)').choices(scaleUnits))
    .option('--ra <angle>', 'right ascension of the supposed centre: degrees, or hours such as 05:38:18.2', parseRa)
    .option('--dec <angle>', 'its declination: degrees, or sexagesimal such as -02:45:18', parseDec)
    .option('--radius <degrees>', 'how far off the centre may be (default: 15)', positiveUpTo(180))
    .addOption(
      new Option('--parity <which>', 'sign of det CD, normal: < 0, flipped: > 0 (default: any)').choices([
        'any',
        'normal',
        'flipped',
      ]),
    )
    .option('--downsample <factor>', 'bin the picture before stars are looked for', wholeBetween(1, 16))
    .option('--depth-low <count>', 'first star, by brightness, to search with', wholeBetween(1, 1000))
    .option('--depth-high <count>', 'last star to search with', wholeBetween(1, 1000))
    .option('--max-seconds <seconds>', 'longest time of the search', numberBetween(1, 600))
    .option('--webhook-url <url>', 'tell that URL when the job has ended; needs --webhook-secret-file')
    .option('--webhook-secret-file <file>', 'file with the secret that signs it: whsec_ and base64')
    .option('--wcs <out>', 'write the FITS header there; with several pictures: a directory')
    .option('--quiet', 'print nothing but errors')
    .action(async (paths: string[], options: SolveOptions) => {
      const server = serverOf(options);
      const fields = { ...formFields(options), ...(await webhookFields(options)) };
      const pictures = await openPictures(paths, options.wcs);
      const codes: ExitCode[] = [];
      for (const picture of pictures) codes.push(await solveOne(context, server, picture, { fields, options }));
      context.exitCode = worstOf(codes);
    });
}

/** The options as the form fields of the api. Throws UsageFailure for options that do not go together. */
export function formFields(options: SolveOptions): Record<string, string> {
  if ((options.ra === undefined) !== (options.dec === undefined)) throw new UsageFailure('--ra and --dec go together');
  if (options.radius !== undefined && options.ra === undefined) throw new UsageFailure('--radius needs --ra and --dec');
  const fields = {
    scale_low: options.scaleLow,
    scale_high: options.scaleHigh,
    scale_units: options.scaleUnits,
    ra: options.ra,
    dec: options.dec,
    radius: options.radius,
    parity: options.parity,
    downsample_factor: options.downsample,
    depth_low: options.depthLow,
    depth_high: options.depthHigh,
    max_seconds: options.maxSeconds,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

interface Request {
  readonly fields: Record<string, string>;
  readonly options: SolveOptions;
}

/** Everything of one picture. Throws Interrupted only; other failures are shown, and the next picture has its turn. */
async function solveOne(
  context: CommandContext,
  server: string,
  picture: Picture,
  { fields, options }: Request,
): Promise<ExitCode> {
  const { output } = context;
  try {
    const { job, requestId } = await run(context, server, picture, { fields, options });
    if (picture.wcsPath !== undefined && job.status === 'solved') await saveWcs(server, job.id, picture.wcsPath);
    if (options.json) output.line(JSON.stringify({ file: picture.path, ...job }));
    else if (!options.quiet && !isFailed(job)) for (const line of jobLines(job, picture.path)) output.line(line);
    if (!isFailed(job)) return job.status === 'solved' ? exitCodes.solved : exitCodes.notSolved;
    if (!options.json) noteFailedJob(context, picture, job, requestId);
    return exitCodes.serverError;
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof Interrupted) throw error;
    if (options.json) output.line(JSON.stringify({ file: picture.path, error: problemJson(error.problem) }));
    else for (const line of problemLines(error, picture.path)) output.note(line);
    return error.exitCode;
  }
}

async function run(context: CommandContext, server: string, picture: Picture, { fields, options }: Request) {
  const { output, interrupted } = context;
  const began = Date.now();
  const status = (text: string) => {
    if (options.json || options.quiet) return;
    output.status(`${picture.path}: ${text}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
  };
  status(`sending ${(picture.content.size / 1e6).toFixed(1)} MB`);
  const { job, requestId } = await submitJob(server, picture, { fields, owner: ownerOf(server) }, interrupted);
  try {
    const onChange = (now: Job) => status(now.progress ? `${now.progress.stage}: ${now.progress.detail}` : now.status);
    return { job: await followJob(server, job, { interrupted, onChange }), requestId };
  } catch (error) {
    if (error instanceof Interrupted) await cancel(context, server, job.id);
    throw error;
  } finally {
    output.status('');
  }
}

async function cancel({ output }: CommandContext, server: string, id: string): Promise<void> {
  output.status('');
  try {
    await cancelJob(server, id);
    output.note(`astrogate: job ${id} is cancelled`);
  } catch (error) {
    output.note(`astrogate: job ${id} could not be cancelled: ${(error as Error).message}`);
  }
}

function isFailed(job: Job): boolean {
  return job.status === 'failed' || job.status === 'cancelled';
}

function noteFailedJob({ output }: CommandContext, picture: Picture, job: Job, requestId: string | undefined): void {
  const problem = job.failure ?? { code: 'cancelled', detail: 'The job was cancelled', retryable: false };
  const failure = new ServerFailure({ ...problem, ...(requestId === undefined ? {} : { requestId }) });
  for (const line of problemLines(failure, picture.path)) output.note(line);
  for (const line of [`  job         ${job.id}`, ...triedLines(job.tried)]) output.note(line);
}

async function saveWcs(server: string, id: string, path: string): Promise<void> {
  const header = await fetchWcs(server, id);
  try {
    await writeFile(path, header);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageFailure(`${path} cannot be written (${code}); the job is ${id}`, { cause: error });
  }
}
