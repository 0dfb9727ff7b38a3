import { describe, expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { notSolvedOutcome, solvedOutcome } from '../../test-support/outcomes.js';
import { end, type JobEnd, start } from '../jobs/job.js';
import { eventId, toEvent, webhookEvent } from './event.js';

const startedAt = new Date(1000);
const finishedAt = new Date(4000);
const ended = (how: JobEnd) => end(start(aJob({ id: 'abc' }), startedAt), how, finishedAt);

describe('the event of a job', () => {
  test.each<[string, JobEnd, object]>([
    ['solved', { outcome: solvedOutcome }, { calibration: { ra: 84.576, dec: -2.755 }, failure: null }],
    ['not_solved', { outcome: notSolvedOutcome }, { calibration: null, failure: null }],
    ['cancelled', { cancelled: true }, { calibration: null, failure: null }],
    [
      'failed',
      { failure: { code: 'solver_unavailable', message: 'gone' } },
      { calibration: null, failure: { code: 'solver_unavailable', detail: 'gone', retryable: true } },
    ],
  ])('that was %s says so', (status, how, data) => {
    const event = toEvent(ended(how));
    expect(event).toMatchObject({
      type: 'job.ended',
      timestamp: '1970-01-01T00:00:04.000Z',
      data: {
        job_id: 'abc',
        status,
        started_at: '1970-01-01T00:00:01.000Z',
        links: { self: '/api/v1/solves/abc' },
        ...data,
      },
    });
    expect(webhookEvent.parse(event)).toEqual(event);
  });

  test('is small, however many stars there are', () => {
    expect(JSON.stringify(toEvent(ended({ outcome: solvedOutcome }))).length).toBeLessThan(2000);
  });

  test('is not to be had before it has ended', () => {
    expect(() => toEvent(aJob())).toThrow(RangeError);
  });

  test('has one name without a dot, which would blur what is signed', () => {
    expect(eventId('abc')).toBe('ended_abc');
    expect(eventId('abc')).not.toContain('.');
  });
});
