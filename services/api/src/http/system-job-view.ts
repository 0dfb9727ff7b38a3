// An admin job as HTTP shows it. Pure.
import { z } from 'zod';
import { hasEnded, type StepStatus, type SystemJobStatus } from '../system/job-state.js';
import type { SystemJob } from '../system/system-job.js';
import type { StreamEvent } from './event-stream.js';

const statuses = ['queued', 'running', 'waiting_for_operator', 'rolling_back', 'done', 'failed'] as const;
/** skipped: the job ended before it, or the operator said that it is to be left undone. */
const stepStatuses = ['pending', 'running', 'done', 'undone', 'failed', 'skipped'] as const;
statuses satisfies readonly SystemJobStatus[];
stepStatuses satisfies readonly StepStatus[];
const moment = z.iso.datetime();

export const systemJobSchema = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.enum(statuses).describe('failed: everything that was done has been undone, and failure says why'),
  actor: z.string().describe('Who asked for it'),
  created_at: moment,
  finished_at: moment.nullable(),
  steps: z.array(
    z.object({
      name: z.string(),
      status: z.enum(stepStatuses).describe('skipped: never begun, or left undone because the operator said so'),
      started_at: moment.nullable(),
      seconds: z.number().nullable().describe('How long it took; null: it has not ended'),
      note: z.string().describe('What was done'),
      undone: z.boolean(),
    }),
  ),
  waiting: z
    .object({ why: z.string(), commands: z.array(z.string()).describe('Exactly what to type') })
    .nullable()
    .describe('What the operator is to do, then POST …/continue'),
  failure: z.object({ step: z.string(), code: z.string(), detail: z.string() }).nullable(),
  backup_id: z
    .string()
    .nullable()
    .describe('The backup that it makes: of a restore or a reset, the one of how it was before'),
  can_cancel: z.boolean().describe('Whether it is before its point of no return'),
});
export type SystemJobView = z.infer<typeof systemJobSchema>;

export const systemJobList = z.object({ jobs: z.array(systemJobSchema).describe('Newest first') });

export function toSystemJobView(job: SystemJob, canCancel: boolean): SystemJobView {
  const { state } = job;
  return {
    id: job.id,
    kind: job.kind,
    status: state.status,
    actor: job.actor,
    created_at: job.createdAt.toISOString(),
    finished_at: job.finishedAt?.toISOString() ?? null,
    steps: state.steps.map((step) => ({
      name: step.name,
      status: step.status,
      started_at: step.startedAt === null ? null : new Date(step.startedAt).toISOString(),
      seconds: step.seconds,
      note: step.note,
      undone: step.isUndone,
    })),
    waiting: state.wait && { why: state.wait.why, commands: [...state.wait.commands] },
    failure: state.failure,
    backup_id: typeof job.kept.backup_id === 'string' ? job.kept.backup_id : null,
    can_cancel: canCancel,
  };
}

/** The whole job each time: whoever was cut off needs the last one only. */
export function toSystemEvent(job: SystemJob, canCancel: boolean): StreamEvent {
  const type = hasEnded(job.state) ? 'ended' : 'status';
  return { id: job.version, type, data: toSystemJobView(job, canCancel) };
}
