// The edge of Solve: header → job → events → status, and one log line per attempt.
import type { Logger } from '@astrogate/common';
import {
  AstrogateError,
  type SolveEventInit,
  type SolveRequestMessage,
  type SolverServiceHandlers,
} from '@astrogate/proto';
import { JobReport } from '../jobs/job-report.js';
import { type SolveParts, solveJob } from '../jobs/solve-job.js';
import type { SolverState } from '../solver-state.js';
import { callSignal } from './deadline.js';
import { type DuplexStream, peerOf } from './server-call.js';
import { checkHeader, type HeaderLimits } from './solve-header.js';
import { toStatusError } from './status.js';
import { type Patience, UploadReader } from './upload-reader.js';

interface Parts extends SolveParts {
  readonly state: SolverState;
  readonly headerLimits: HeaderLimits;
  readonly patience?: Patience;
  readonly log: Logger;
}

type SolveCall = DuplexStream<SolveRequestMessage, SolveEventInit>;

export function createSolveHandler(parts: Parts): SolverServiceHandlers['Solve'] {
  return async (call) => {
    // An error of the stream itself, such as a message over the limit, has its status from grpc-js already.
    call.on('error', () => {});
    using ending = callSignal(call);
    const report = new JobReport();
    const ids: Record<string, unknown> = { peer: peerOf(call) };
    try {
      await serve(parts, call, ids, report, ending.signal);
      parts.log.info({ ...ids, ...report.fields() }, 'job finished');
    } catch (error) {
      const { code } = AstrogateError.from(error);
      const level = code === 'internal' ? 'error' : 'warn';
      parts.log[level]({ ...ids, ...report.fields(), outcome: 'error', code, err: error }, 'job finished');
      // Not destroy(): grpc-js makes a status of the event and then sends it.
      call.emit('error', toStatusError(error));
    }
  };
}

async function serve(
  parts: Parts,
  call: SolveCall,
  ids: Record<string, unknown>,
  report: JobReport,
  signal: AbortSignal,
): Promise<void> {
  const reader = new UploadReader(call, parts.patience);
  const header = checkHeader(await reader.header(signal), parts.headerLimits);
  const { jobId, requestId, callerKey, uploadBytes, sha256, order } = header;
  Object.assign(ids, { jobId, requestId, bytesIn: uploadBytes });
  refuseUnlessServing(parts.state);
  const job = {
    jobId,
    callerKey,
    uploadBytes,
    order,
    report,
    upload: (uploadSignal: AbortSignal) => reader.chunks({ bytes: uploadBytes, sha256 }, uploadSignal),
    emit: (event: SolveEventInit) => send(call, event),
  };
  await solveJob(parts, job, signal);
}

function refuseUnlessServing(state: SolverState): void {
  if (state.name === 'DRAINING') throw new AstrogateError('draining');
  if (state.name === 'ENGINE_LOST') throw new AstrogateError('sandbox_unavailable');
}

/** The outcome ends the stream, so that the caller need not wait until the sandbox is removed. */
function send(call: SolveCall, event: SolveEventInit): void {
  if (call.writableEnded || call.destroyed) return;
  call.write(event);
  if (event.outcome) call.end();
}
