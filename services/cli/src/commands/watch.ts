// `astrogate jobs watch ID`: what happens to a job, line by line, and how it ended. Ctrl-C ends the watching, not the job.
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Job } from '../http/job.js';
import { followEvents, type JobEvent } from '../http/job-events.js';
import { showJob } from '../http/jobs.js';
import { jobLines } from '../output/solution.js';
import type { CommandContext } from './context.js';

export async function watchJob(
  { output, interrupted }: CommandContext,
  server: string,
  { id, json }: { id: string; json: boolean },
): Promise<ExitCode> {
  for await (const event of followEvents(server, id, interrupted)) {
    if (json) output.line(JSON.stringify({ event: event.type, ...event.data }));
    else if (event.type !== 'ended') output.line(eventLine(event));
  }
  const job = await showJob(server, id, interrupted);
  if (!json) for (const line of jobLines(job)) output.line(line);
  return exitCodeOf(job);
}

/** Such as "12:00:01  search: plain, blind, 0.4 s". */
function eventLine({ data }: JobEvent): string {
  const time = data.at === undefined ? '' : data.at.slice(11, 19);
  return `${time}  ${data.stage === undefined ? statusText(data) : progressText(data)}`;
}

function statusText({ status = '', attempt = 0 }: JobEvent['data']): string {
  return attempt > 1 ? `${status}, attempt ${attempt}` : status;
}

function progressText({ stage, detail, elapsed_seconds }: JobEvent['data']): string {
  return `${stage}: ${detail}, ${Number(elapsed_seconds).toFixed(1)} s`;
}

function exitCodeOf({ status }: Job): ExitCode {
  if (status === 'solved') return exitCodes.solved;
  return status === 'not_solved' ? exitCodes.notSolved : exitCodes.serverError;
}
