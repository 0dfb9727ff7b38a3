// Jobs for tests.
import type { Job } from '../src/jobs/job.js';

export function aJob(parts: Partial<Job> = {}): Job {
  return {
    id: 'j',
    callerKey: 'k',
    requestId: 'r',
    status: 'queued',
    createdAt: new Date(0),
    retryMs: 0,
    upload: { bytes: 3, sha256: '00', format: 'IMAGE_FORMAT_JPEG', name: 'a.jpg', key: 'a.upload' },
    hints: { parity: 'PARITY_UNSPECIFIED' },
    guesses: [],
    limits: { maxSeconds: 60, maxStars: 10 },
    ...parts,
  };
}
