// The job from upload to outcome: open the picture, race the trials, pack the answer. Reads from top to bottom.
import { join } from 'node:path';
import type { SandboxJob, SandboxOutcome, Stage } from '@astrogate/proto/sandbox';
import type { Box } from './box.js';
import type { Engine } from './engine/engine.js';
import { JobFailure } from './failure.js';
import { openPicture } from './picture/open.js';
import type { PictureFile } from './picture/picture.js';
import { race } from './recipes/race.js';
import { refine } from './recipes/refine.js';
import { StarLists } from './recipes/star-lists.js';
import { lanes, plannedTrials } from './recipes/trial.js';
import { TrialRunner } from './recipes/trial-runner.js';
import { packSolution, reportStars } from './solution/solution.js';
import { Stopwatch } from './stopwatch.js';

export interface SolveContext {
  box: Box;
  engine: Engine;
  uploadPath: string;
  versions: SandboxOutcome['versions'];
  progress(stage: Stage, detail: string): void;
  /** Aborted at the deadline. */
  signal: AbortSignal;
}

/** Never throws: whatever happens becomes an outcome. Details of a failure of ours go to stderr only. */
export async function solve(job: SandboxJob, context: SolveContext): Promise<SandboxOutcome> {
  const stopwatch = new Stopwatch();
  const attempt: Attempt = { job, context, stopwatch };
  let result: Pick<SandboxOutcome, 'solution' | 'notSolved' | 'failure'>;
  try {
    result = await attemptSolve(attempt);
  } catch (error) {
    result = { failure: failureOf(error, attempt) };
  }
  return {
    ...result,
    timings: stopwatch.timings(),
    versions: context.versions,
    ...(attempt.picture && { picture: pictureOf(attempt.picture) }),
  };
}

/** What is known when the job ends early. */
interface Attempt {
  readonly job: SandboxJob;
  readonly context: SolveContext;
  readonly stopwatch: Stopwatch;
  picture?: PictureFile;
  runner?: TrialRunner;
}

async function attemptSolve(attempt: Attempt): Promise<Pick<SandboxOutcome, 'solution' | 'notSolved'>> {
  const { job, context, stopwatch } = attempt;
  const { box, signal, progress } = context;
  stopwatch.enter('STAGE_DECODE');
  progress('STAGE_DECODE', 'reading the picture');
  const picture = await openPicture(context.uploadPath, { ...job, box, signal });
  const size = { width: picture.width, height: picture.height };
  const trials = plannedTrials({ ...size, format: picture.format }, job);
  const lists = new StarLists(picture, box.jobDir);
  // Damage shows here, before any trial: the picture has been read completely once.
  await lists.plane(trials[0]?.recipe.binning ?? 1, signal);
  attempt.picture = picture;

  stopwatch.enter('STAGE_EXTRACT');
  const searchDir = (number: number) => join(box.jobDir, `search-${number}`);
  const runner = new TrialRunner({
    lists,
    size,
    engine: context.engine,
    searchDir,
    progress,
    onFirstList: () => stopwatch.enter('STAGE_SEARCH'),
  });
  attempt.runner = runner;
  const found = await race({ tasks: trials, lanes, run: (trial, stop) => runner.run(trial, stop), signal });
  if (!found) {
    signal.throwIfAborted();
    if (runner.allFailed) throw new Error('no star finder worked');
    return { notSolved: { tried: runner.tried, stars: reportStars(runner.longestList, job.limits.maxStars) } };
  }
  stopwatch.enter('STAGE_REPORT');
  progress('STAGE_REPORT', `solved by ${found.trial.recipe.name}`);
  // One of each kind of star finder.
  const recipes = trials.slice(0, 2).map(({ recipe }) => recipe);
  const best = await refine(found, { lists, size, recipes, signal });
  return { solution: packSolution(best, size, job.limits.maxStars) };
}

function failureOf(error: unknown, { job, context, runner }: Attempt): NonNullable<SandboxOutcome['failure']> {
  const tried = runner?.tried ?? [];
  if (context.signal.aborted)
    return {
      code: 'timeout',
      message: `${runner ? 'no solution' : 'not decoded'} within ${job.limits.maxSeconds} seconds`,
      tried,
    };
  if (error instanceof JobFailure) return { code: error.code, message: error.message, tried };
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return { code: 'solver_failed', message: 'the solver failed on this picture', tried };
}

const pictureOf = ({ format, width, height, channels, bits }: PictureFile): SandboxOutcome['picture'] => ({
  format,
  width,
  height,
  channels,
  bits,
});
