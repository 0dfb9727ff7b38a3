import { describe, expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { notSolvedOutcome, solvedOutcome } from '../../test-support/outcomes.js';
import { advance, end, hasEnded, type JobEnd, start } from './job.js';
import { MemoryJobStore } from './memory-job-store.js';

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

describe('the memory store', () => {
  test('forgets old and surplus ended jobs, never others', async () => {
    const store = new MemoryJobStore();
    for (const id of ['a', 'b', 'c', 'queued']) await store.create(aJob({ id }));
    await store.update('a', (job) => end(job, { cancelled: true }, at(10)));
    await store.update('b', (job) => end(job, { cancelled: true }, at(20)));
    await store.update('c', (job) => end(job, { cancelled: true }, at(30)));
    await store.forgetEnded(at(15), 1);
    const left = await Promise.all(['a', 'b', 'c', 'queued'].map((id) => store.get(id)));
    expect(left.map((job) => job?.id)).toEqual([undefined, undefined, 'c', 'queued']);
  });

  test('says whether an update changed anything', async () => {
    const store = new MemoryJobStore();
    await store.create(aJob());
    expect((await store.update('j', (job) => start(job, at(1))))?.changed).toBe(true);
    expect((await store.update('j', (job) => start(job, at(1))))?.changed).toBe(false);
    expect(await store.update('none', (job) => job)).toBeUndefined();
  });
});
