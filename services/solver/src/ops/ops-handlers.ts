// OpsService: what the solver does now, and taking it out of service.
import type { EventLoopWatch, Logger } from '@astrogate/common';
import { AstrogateError, type OpsServiceHandlers, type SandboxInfoInit, type StatusInit } from '@astrogate/proto';
import { decodeLabels, owner, ownerLabel, sandboxIdOf } from '@astrogate/sandbox-spec';
import { toStatusError } from '../grpc/status.js';
import { unary } from '../grpc/unary.js';
import type { Admission } from '../jobs/admission.js';
import type { InFlight } from '../jobs/in-flight.js';
import type { Tally } from '../jobs/tally.js';
import { logLines } from '../limits.js';
import type { ContainerSummary, DockerEngine } from '../sandbox/docker-engine.js';
import type { LiveSandboxes } from '../sandbox/live-sandboxes.js';
import type { Preflight } from '../sandbox/preflight.js';
import type { WarmPool } from '../sandbox/warm-pool.js';
import type { SolverState } from '../solver-state.js';
import { solverVersion } from '../version.js';
import type { LogRing } from './log-ring.js';

interface Parts {
  readonly engine: DockerEngine;
  readonly live: LiveSandboxes;
  readonly admission: Admission;
  readonly inFlight: InFlight;
  readonly tally: Tally;
  readonly pool: Pick<WarmPool, 'size'>;
  readonly eventLoop: EventLoopWatch;
  readonly state: SolverState;
  readonly preflight: Preflight;
  readonly instanceId: string;
  readonly slots: number;
  readonly logRing: LogRing;
  readonly log: Logger;
  /** Stops taking attempts; idempotent. */
  readonly startDraining: () => void;
}

const defaultLines = 100;

export function createOpsHandlers(parts: Parts): OpsServiceHandlers {
  const { inFlight, log } = parts;
  return {
    GetStatus: unary(log, () => describeSolver(parts)),
    Drain: unary(log, async (_request, { signal, peer }) => {
      log.info({ audit: true, peer }, 'drain asked for');
      parts.startDraining();
      await inFlight.idle(signal);
      return { running: inFlight.size };
    }),
    ListSandboxes: unary(log, async () => {
      const containers = await parts.engine.list(ownerLabel, owner);
      return { sandboxes: containers.flatMap((container) => describeSandbox(container, parts)) };
    }),
    TailLogs: (call) => tailLogs(parts.logRing, call),
  };
}

function describeSolver(parts: Parts): StatusInit {
  const { version, info, image } = parts.preflight;
  const { user, system } = process.cpuUsage();
  return {
    state: `SOLVER_STATE_${parts.state.name}`,
    version: solverVersion,
    uptimeSeconds: process.uptime(),
    instanceId: parts.instanceId,
    engine: {
      version: version.Version,
      apiVersion: parts.engine.apiVersion,
      runtime: info.DefaultRuntime,
      cgroupVersion: Number(info.CgroupVersion),
      kernel: version.KernelVersion,
    },
    sandboxImage: image.Id,
    slots: parts.slots,
    running: parts.admission.running,
    waiting: parts.admission.waiting,
    warm: parts.pool.size,
    ended: { ...parts.tally },
    eventLoopDelay: parts.eventLoop.figures(),
    memoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
  };
}

function describeSandbox(container: ContainerSummary, { instanceId, live }: Parts): SandboxInfoInit[] {
  const sandboxId = sandboxIdOf(container.Names[0] ?? '');
  const labels = decodeLabels(container.Labels);
  if (sandboxId === undefined || labels?.instanceId !== instanceId) return [];
  return [
    {
      sandboxId,
      state: container.State,
      createdAt: new Date(container.Created * 1000).toISOString(),
      expiresAt: labels.expiresAt.toISOString(),
      jobId: live.jobOf(sandboxId) ?? '',
    },
  ];
}

function tailLogs(ring: LogRing, call: Parameters<OpsServiceHandlers['TailLogs']>[0]): void {
  call.on('error', () => {});
  const { lines = defaultLines, follow } = call.request;
  if (lines > logLines) {
    call.emit('error', toStatusError(new AstrogateError('invalid_request', `Field lines is above ${logLines}`)));
    return;
  }
  for (const json of ring.last(lines)) call.write({ json });
  if (!follow) {
    call.end();
    return;
  }
  // A reader that does not keep up misses lines; they are not kept for it.
  const stop = ring.follow((json) => {
    if (!call.writableNeedDrain) call.write({ json });
  });
  call.once('cancelled', stop);
  call.once('close', stop);
}
