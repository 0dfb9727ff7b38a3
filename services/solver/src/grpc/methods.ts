// THE table of methods: who may call each, and for how long a call may last. A method that is not here cannot be served.
import { sandboxLifeMs } from '../limits.js';

export type Caller = 'api' | 'ops';

export interface MethodRow {
  readonly callers: readonly Caller[];
  /** Longest time in milliseconds, whatever the caller's deadline; undefined: a stream without end, no deadline. */
  readonly maxMs: number | undefined;
}

const row = (callers: readonly Caller[], maxMs: number | undefined): MethodRow => ({ callers, maxMs });
const ops: readonly Caller[] = ['ops'];
const both: readonly Caller[] = ['api', 'ops'];

/** Answers from memory or with one look at the engine. */
const quickMs = 30_000;
/** Longest grace of a stop, and the engine's own time twice. */
const actMs = 120_000 + 60_000;
/** Longest wait for a slot that can be configured, then the sandbox. */
const solveMs = 600_000 + sandboxLifeMs;

export const methods: Readonly<Record<string, MethodRow>> = {
  '/astrogate.solver.v1.SolverService/Solve': row(both, solveMs),
  '/astrogate.solver.v1.SolverService/GetCapacity': row(both, quickMs),
  '/astrogate.solver.v1.SolverService/ListIndexes': row(both, quickMs),
  '/astrogate.admin.v1.AdminService/GetCapabilities': row(both, quickMs),
  '/astrogate.admin.v1.AdminService/ListTargets': row(both, quickMs),
  '/astrogate.admin.v1.AdminService/RestartTarget': row(both, actMs),
  '/astrogate.admin.v1.AdminService/StopTarget': row(both, actMs),
  '/astrogate.admin.v1.AdminService/StartTarget': row(both, actMs),
  '/astrogate.admin.v1.AdminService/ReloadTarget': row(both, actMs),
  '/astrogate.ops.v1.OpsService/GetStatus': row(ops, quickMs),
  '/astrogate.ops.v1.OpsService/Drain': row(ops, solveMs),
  '/astrogate.ops.v1.OpsService/ListSandboxes': row(ops, quickMs),
  '/astrogate.ops.v1.OpsService/TailLogs': row(ops, undefined),
  '/grpc.health.v1.Health/Check': row(both, quickMs),
  '/grpc.health.v1.Health/Watch': row(both, undefined),
};
