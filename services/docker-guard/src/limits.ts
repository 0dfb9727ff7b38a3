// Times and sizes of the guard that nobody needs to configure, each with its reason.

/** Largest create body. The canonical one has 2 KiB and, inline, a seccomp profile of at most 20. */
export const bodyBytes = 64 * 1024;

/** Request line and headers. The longest line lists a target with label and value of 128 characters; the headers are four. */
export const headerBytes = 4 * 1024;

/** Largest answer of the engine that is read: a list of all sandboxes, some kilobytes each, or one inspection. */
export const answerBytes = 8 * 1024 * 1024;

/** A request is a few kilobytes from the same machine. */
export const requestMs = 10_000;

/** Longer than the solver waits for any call (20 s), so that the solver gives up first and knows it. */
export const engineCallMs = 30_000;

/** Longest life that a sandbox may ask for. The solver asks for 26 minutes; see sandboxLifeMs and warmMs there. */
export const longestLifeMs = 60 * 60 * 1000;

/** Connections at once per sandbox: its attach, a wait, a call or two. */
export const connectionsPerSandbox = 4;

/** Connections that belong to no sandbox: pings, lists, calls to targets. */
export const otherConnections = 32;

/** While draining: a solver that removes its sandboxes is silent for less than this between two calls. */
export const quietMs = 3_000;

/** While draining, how often it is looked whether everything has ended. */
export const drainCheckMs = 50;

/** A drain outlives that of the solver, who may take SOLVER_GRACE_SECONDS, at most 900. */
export const graceMs = 930_000;
