// The use case: admit → sandbox → upload in → outcome out. Everything that is taken is given back in reverse order,
// however the attempt ends.
import {
  AstrogateError,
  type ErrorCode,
  encodeJobHead,
  type OutcomeInit,
  type SandboxJob,
  type SolveEventInit,
} from '@astrogate/proto';
import type { LearnedHints } from '../hints/learned-hints.js';
import { progressEvents } from '../limits.js';
import type { Ending, Sandbox, SandboxSource } from '../sandbox/docker-sandbox.js';
import type { Admission } from './admission.js';
import type { Attempt, InFlight } from './in-flight.js';
import type { JobReport } from './job-report.js';
import { failureOutcome, readOutcome, readProgress } from './outcome.js';

export interface Job {
  readonly jobId: string;
  /** Empty: unknown. */
  readonly callerKey: string;
  readonly uploadBytes: number;
  /** What the sandbox is told, beside what was learned of the caller. */
  readonly order: SandboxJob;
  /** The upload; ends when size and hash were right, throws when not. */
  upload(signal: AbortSignal): AsyncIterable<Buffer>;
  emit(event: SolveEventInit): void;
  readonly report: JobReport;
}

export interface SolveParts {
  readonly inFlight: InFlight;
  readonly admission: Admission;
  readonly sandboxes: SandboxSource;
  readonly learned: LearnedHints;
}

/**
 * Runs one attempt and emits its events, the outcome last. The time limit of the job runs from the moment at which the
 * sandbox has the whole upload. Throws AstrogateError when the attempt did not end by itself.
 */
export async function solveJob(parts: SolveParts, job: Job, callerSignal: AbortSignal): Promise<void> {
  using attempt = parts.inFlight.enter(job.jobId, callerSignal);
  using permit = await parts.admission.admit(attempt.signal);
  job.report.mark('admitted');
  await using sandbox = await parts.sandboxes.open(job.jobId, attempt.signal);
  job.report.opened(sandbox);
  job.emit({ accepted: { waitedBehind: permit.waitedBehind } });
  using limit = new TimeLimit(attempt, job.order.limits.maxSeconds);
  const order = withGuesses(job.order, parts.learned.recall(job.callerKey));
  const outcome = await Promise.all([readAnswer(sandbox, job), feed(sandbox, { ...job, order }, attempt, limit)]).then(
    ([answer]) => answer,
    failureOutcome,
  );
  parts.learned.learn(job.callerKey, outcome);
  job.report.ended(outcome);
  job.emit({ outcome });
}

const withGuesses = (order: SandboxJob, learned: SandboxJob['guesses']): SandboxJob => ({
  ...order,
  guesses: [...order.guesses, ...learned],
});

/** Hands the upload on. The sandbox's stdin stays open: its end would say that nobody waits. */
async function feed(sandbox: Sandbox, job: Job, attempt: Attempt, limit: TimeLimit): Promise<void> {
  await sandbox.write(encodeJobHead(job.order, job.uploadBytes));
  for await (const chunk of job.upload(attempt.signal)) await sandbox.write(chunk);
  job.report.mark('uploaded');
  job.emit({ started: { sandboxId: sandbox.sandboxId } });
  limit.start();
}

/** Passes progress on and returns the outcome; throws the cause when the sandbox ends without one. */
async function readAnswer(sandbox: Sandbox, job: Job): Promise<OutcomeInit> {
  let progress = 0;
  for await (const { kind, json } of sandbox.events()) {
    if (kind === 'outcome') return readOutcome(json);
    if (kind === 'progress') job.emit({ progress: readProgress(json) });
    progress += 1;
    if (progress > progressEvents) throw new AstrogateError('output_limit');
  }
  const ending = await sandbox.ending();
  throw new AstrogateError(codeOf(ending), undefined, {
    cause: new Error(`sandbox ended with code ${ending.exitCode} and without an outcome`),
  });
}

/** A sandbox that someone else killed says nothing about the picture: the same job may succeed later. */
function codeOf({ oomKilled, killedByOthers }: Ending): ErrorCode {
  if (killedByOthers) return 'sandbox_unavailable';
  return oomKilled ? 'memory_limit' : 'solver_failed';
}

/** Gives the attempt up with `timeout` when its time is over. */
class TimeLimit implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(
    readonly attempt: Attempt,
    readonly seconds: number,
  ) {}

  /** Does nothing after disposal: an answer may come, and the attempt end, while the upload is still on its way. */
  start(): void {
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => this.attempt.abort(new AstrogateError('timeout')), this.seconds * 1000);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }
}
