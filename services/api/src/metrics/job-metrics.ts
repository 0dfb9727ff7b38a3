// Counts how jobs end and how long they take. Knows numbers only: no name, id or address of anybody.
import type { EventLoopDelay } from '@astrogate/common';
import { hasEnded, type Job, type JobStatus, jobStatuses } from '../jobs/job.js';
import { type Family, TimeHistogram } from './text-format.js';

/** What is read at the moment of asking. */
export interface Now {
  waiting: number;
  running: number;
  delay: EventLoopDelay;
  memoryBytes: number;
  cpuSeconds: number;
}

const ends = jobStatuses.filter((status) => status !== 'queued' && status !== 'running');
const stages = ['STAGE_DECODE', 'STAGE_EXTRACT', 'STAGE_SEARCH', 'STAGE_REPORT'] as const;

export class JobMetrics {
  readonly #ended = new Map<JobStatus, number>(ends.map((status) => [status, 0]));
  readonly #stages = new Map<string, TimeHistogram>(stages.map((stage) => [stage, new TimeHistogram()]));
  readonly #wait = new TimeHistogram();
  readonly #total = new TimeHistogram();
  readonly #dispatch = new TimeHistogram();

  /** Counts a job that has ended. */
  ended(job: Job): void {
    const { status, createdAt, startedAt, finishedAt, outcome } = job;
    if (!hasEnded(job)) return;
    this.#ended.set(status, (this.#ended.get(status) ?? 0) + 1);
    if (startedAt) this.#wait.observe((startedAt.getTime() - createdAt.getTime()) / 1000);
    if (finishedAt) this.#total.observe((finishedAt.getTime() - createdAt.getTime()) / 1000);
    for (const { stage, seconds } of outcome?.timings ?? []) this.#stages.get(stage)?.observe(seconds);
  }

  /** Counts how long a job and a free slot waited for each other, seconds. */
  dispatched(seconds: number): void {
    this.#dispatch.observe(seconds);
  }

  families({ waiting, running, delay, memoryBytes, cpuSeconds }: Now): Family[] {
    const gauge = (name: string, help: string, value: number): Family => ({
      ...{ name, type: 'gauge', help },
      samples: [{ value }],
    });
    const histogram = (name: string, help: string, samples: Family['samples']): Family => ({
      ...{ name, type: 'histogram', help, samples },
    });
    return [
      gauge('astrogate_jobs_waiting', 'Jobs that have no attempt in flight, of all apis on this database', waiting),
      gauge('astrogate_attempts_running', 'Attempts that this api has in flight', running),
      {
        ...{ name: 'astrogate_jobs_ended_total', type: 'counter', help: 'Jobs that have ended, by how' },
        samples: [...this.#ended].map(([status, value]) => ({ labels: { status }, value })),
      },
      histogram(
        'astrogate_dispatch_seconds',
        'From the moment when a job waits and a slot is free to its attempt',
        this.#dispatch.samples(),
      ),
      histogram('astrogate_job_wait_seconds', 'From upload to the first attempt', this.#wait.samples()),
      histogram('astrogate_job_seconds', 'From upload to the end', this.#total.samples()),
      histogram(
        'astrogate_stage_seconds',
        'Time in the stages of an attempt',
        [...this.#stages].flatMap(([stage, times]) =>
          times.samples({ stage: stage.replace('STAGE_', '').toLowerCase() }),
        ),
      ),
      {
        name: 'astrogate_event_loop_delay_seconds',
        type: 'gauge',
        help: 'Delay of the event loop in the last 30 to 60 seconds',
        samples: [
          { labels: { quantile: '0.5' }, value: delay.medianSeconds },
          { labels: { quantile: '0.99' }, value: delay.p99Seconds },
          { labels: { quantile: '1' }, value: delay.maxSeconds },
        ],
      },
      gauge('process_resident_memory_bytes', 'Memory that the process holds', memoryBytes),
      { ...gauge('process_cpu_seconds_total', 'Processor time, user and system', cpuSeconds), type: 'counter' },
    ];
  }
}
