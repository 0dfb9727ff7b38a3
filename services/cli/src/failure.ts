// What can go wrong for the person at the keyboard, each with its exit code.
import { exitCodes } from './exit-codes.js';

/** What a server said about an error: RFC 9457 problem details of the api, or status and trailer of the solver. */
export interface Problem {
  /** A code of the error table, or "unknown" when something between us and the server answered. */
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly requestId?: string;
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
}

/** An expected end of the command; `message` is for the person. */
export abstract class Failure extends Error {
  abstract readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes];
  abstract readonly problem: Problem;
}

/** The command line, a variable or a local file is wrong. */
export class UsageFailure extends Failure {
  override name = 'UsageFailure';
  readonly exitCode = exitCodes.usage;

  get problem(): Problem {
    return { code: 'usage', detail: this.message, retryable: false };
  }
}

/** The server answered, with an error. */
export class ServerFailure extends Failure {
  override name = 'ServerFailure';
  readonly exitCode = exitCodes.serverError;

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** No answer came. */
export class UnreachableFailure extends Failure {
  override name = 'UnreachableFailure';
  readonly exitCode = exitCodes.unreachable;

  constructor(
    readonly server: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${server} cannot be reached: ${reason}`, options);
  }

  get problem(): Problem {
    return { code: 'unreachable', detail: this.message, retryable: true };
  }
}

/** Ctrl-C. */
export class Interrupted extends Failure {
  override name = 'Interrupted';
  readonly exitCode = exitCodes.interrupted;
  readonly problem = { code: 'interrupted', detail: 'interrupted', retryable: true };
}
