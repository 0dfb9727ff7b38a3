import { expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { notSolvedOutcome, solvedOutcome } from '../../test-support/outcomes.js';
import { advance, end, hasEnded, type JobEnd, start } from './job.js';

const at = (seconds: number) => new Date(seconds * 1000);
const ends: JobEnd[] = [
  { outcome: solvedOutcome },
  { outcome: notSolvedOutcome },
  { failure: { code: 'timeout', message: 'late' } },
  { cancelled: true },
];

test('a queued job runs, advances and ends', () => {
  const running = start(aJob(), at(1));
  const advanced = advance(running, { stage: 'STAGE_SEARCH', detail: 'x', elapsedSeconds: 1 });
  expect([running.status, advanced.progress?.detail]).toEqual(['running', 'x']);
  const ended = ends.map((how) => end(advanced, how, at(2)));
  expect(ended.map(({ status }) => status)).toEqual(['solved', 'not_solved', 'failed', 'cancelled']);
  expect(ended.every((job) => hasEnded(job) && job.finishedAt?.getTime() === 2000 && !job.progress)).toBe(true);
});

test('the first end counts', () => {
  for (const first of ends) {
    const job = end(aJob(), first, at(1));
    for (const second of ends) expect(end(job, second, at(2))).toBe(job);
    expect(start(job, at(2))).toBe(job);
    expect(advance(job, { stage: 'STAGE_SEARCH', detail: '', elapsedSeconds: 0 })).toBe(job);
  }
});
