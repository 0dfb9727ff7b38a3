import { Readable } from 'node:stream';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { solvedOutcome } from '../../test-support/outcomes.js';
import type { SolverClient } from '../solver-client.js';
import { RunningAttempt } from './running-attempt.js';

const claim = { id: 'j', attempt: 1, broken: 4, readyAt: new Date(0), triedAt: new Date(0) };
const store = { start: async () => {}, advance: async () => {} };

function attempt(solve: SolverClient['solve'], upload = Readable.from([Buffer.from('x')])) {
  const uploads = { open: async () => upload };
  const parts = { solver: { solve }, store, uploads, log: createLogger('api', 'silent'), now: () => new Date(0) };
  return new RunningAttempt({ ...claim, job: aJob({ retryMs: 1000 }) }, parts);
}

test('what is left of the upload is given back', async () => {
  const upload = Readable.from([Buffer.from('x')]);
  expect(await attempt(async () => solvedOutcome, upload).run()).toEqual({ finish: { outcome: solvedOutcome } });
  expect(upload.destroyed).toBe(true);
});

test('an accepted attempt whose upload breaks off counts for nothing, whatever the solver makes of it', async () => {
  const upload = new Readable({ read() {} });
  const running = attempt(async (_, { onAccepted }) => {
    onAccepted();
    upload.destroy(new Error('EIO'));
    await new Promise((resolve) => upload.once('close', resolve));
    throw new AstrogateError('upload_mismatch');
  }, upload);
  expect(await running.run()).toEqual({ again: { isBroken: false, pauseMs: 250 } });
});

test('one that was accepted and lost with its solver counts', async () => {
  const running = attempt(async (_, { onAccepted }) => {
    onAccepted();
    throw new AstrogateError('solver_unavailable');
  });
  expect(await running.run()).toMatchObject({ finish: { failure: { code: 'solver_unavailable' } } });
});

test('one that is stopped while its upload is opened asks no solver', async () => {
  const upload = Readable.from([Buffer.from('x')]);
  const running = attempt(() => Promise.reject(new Error('asked')), upload);
  const end = running.run();
  running.stop('stopped');
  expect(await end).toEqual({ again: { isBroken: false, pauseMs: 0 } });
  expect(upload.destroyed).toBe(true);
});
