import { expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { solvedOutcome } from '../../test-support/outcomes.js';
import { JobMetrics } from './job-metrics.js';
import { formatFamilies, TimeHistogram } from './text-format.js';

const now = {
  waiting: 3,
  running: 2,
  delay: { medianSeconds: 0.001, p99Seconds: 0.02, maxSeconds: 0.3 },
  memoryBytes: 1024,
  cpuSeconds: 4.5,
};

test('ended jobs are counted by how they ended, and timed', () => {
  const metrics = new JobMetrics();
  const times = { createdAt: new Date(0), startedAt: new Date(400), finishedAt: new Date(3000) };
  metrics.ended(aJob({ status: 'solved', outcome: solvedOutcome, ...times }));
  metrics.ended(aJob({ status: 'cancelled', finishedAt: new Date(40) }));
  metrics.ended(aJob({ status: 'running' }));
  const lines = formatFamilies(metrics.families(now)).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE astrogate_jobs_waiting gauge',
      'astrogate_jobs_waiting 3',
      'astrogate_attempts_running 2',
      'astrogate_jobs_ended_total{status="solved"} 1',
      'astrogate_jobs_ended_total{status="cancelled"} 1',
      'astrogate_jobs_ended_total{status="failed"} 0',
      'astrogate_job_seconds_sum 3.04',
      'astrogate_job_wait_seconds_count 1',
      'astrogate_stage_seconds_bucket{stage="search",le="1"} 0',
      'astrogate_stage_seconds_bucket{stage="search",le="2"} 1',
      'astrogate_event_loop_delay_seconds{quantile="0.99"} 0.02',
      'process_resident_memory_bytes 1024',
    ]),
  );
});

test('buckets are cumulative, and the last one holds all', () => {
  const times = new TimeHistogram();
  for (const seconds of [0.01, 0.3, 1e6]) times.observe(seconds);
  const bucket = (le: string) => times.samples().find(({ labels }) => labels?.le === le)?.value;
  expect([bucket('0.01'), bucket('0.2'), bucket('0.5'), bucket('500'), bucket('+Inf')]).toEqual([1, 1, 2, 2, 3]);
});
