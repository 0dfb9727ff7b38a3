// How the command ends; scripts rely on these numbers.

export const exitCodes = {
  solved: 0,
  notSolved: 1,
  usage: 2,
  serverError: 3,
  unreachable: 4,
  /** 128 + SIGINT, as shells say it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the foot of every --help. */
export const exitCodesHelp = `
Exit codes: 0 done or solved, 1 not solved or not as written, 2 wrong usage, 3 the server answered with an error,
            4 the server cannot be reached, 130 interrupted.`;

/** The one exit code for several files: an error weighs more than "not solved", and that more than "solved". */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return Math.max(exitCodes.solved, ...codes) as ExitCode;
}
