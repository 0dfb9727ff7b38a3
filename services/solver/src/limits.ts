// Times and sizes of the solver that nobody needs to configure, each with its reason.

/** A client has its header ready when it opens the stream. */
export const headerMs = 10_000;

/** Longest silence between two chunks. A client that lost its own upload says so by cancelling. */
export const chunkMs = 30_000;

/** Longest upload: the default 50 MiB at 175 kB/s. */
export const uploadMs = 300_000;

/** Longest time in which a sandbox reads nothing of its stdin while more is there. It only copies, whatever it thinks of it. */
export const stdinMs = 30_000;

/** Longest attempt, as limitsSchema allows it. */
export const attemptMs = 600_000;

/** Time for everything else of a call: creating, checking, answering. */
export const overheadMs = 30_000;

/** One outcome of at most 1 MiB and as much again of progress. */
export const stdoutBytes = 2 * 1024 * 1024;

/** What is kept of stderr, for the log. */
export const stderrTailBytes = 8 * 1024;

/** Progress is for people to watch; more than this is a flood. */
export const progressEvents = 2000;

/** Calls that the engine answers from memory take milliseconds; create and remove up to seconds on a busy disk. */
export const engineCallMs = 20_000;

/** Longest life of a sandbox; after that any solver may remove it. The last chunk of an upload may be read slowly. */
export const sandboxLifeMs = uploadMs + stdinMs + attemptMs + overheadMs;

/** A lost engine must be noticed before the next job is refused for it. */
export const engineCheckMs = 2_000;

/** Age of the sweeper's knowledge. sandbox.md R1 allows 30 s. */
export const sweepMs = 30_000;

/**
 * Pauses before removing again what could not be removed. After the last one a sweep is due at the next look at the
 * engine: together less than the 5 s of promise R1.
 */
export const removalPausesMs = [200, 500, 1_000] as const;

/** A program that closed its output has ended, and the engine has noticed, within this; otherwise it is killed. */
export const endMs = 500;

/** Log lines kept for TailLogs. */
export const logLines = 1_000;

/** Longest wait of a warm sandbox for a job; then a fresh one takes its place, so that a leak inside cannot grow. */
export const warmMs = 600_000;

/** A sandbox is ready within half a second; on a machine in trouble within this, or it is given up. */
export const readyMs = 30_000;

/** Without a job for so long only one sandbox is kept warm: the others hold memory for nobody. */
export const idleMs = 300_000;

/** While attempts run, how often the pool looks at how many run and wait. */
export const poolCheckMs = 250;

/** First and longest pause before warming again after a warm sandbox was lost. The pause doubles with each loss. */
export const warmPauseMs = { first: 500, longest: 60_000 } as const;
