import { expect, test } from '@jest/globals';
import { aJob } from '../../test-support/jobs.js';
import { toJobView } from './job-view.js';
import { toWebhookView, webhookSchema } from './webhook-view.js';

test.each([
  ['status 503', 'status 503'],
  ['unresolved', 'no_answer'],
  ['unreachable', 'no_answer'],
  ['timeout', 'no_answer'],
  ['too_large', 'no_answer'],
  ['lost', 'no_answer'],
  ['refused_address', 'refused'],
  ['refused_port', 'refused'],
  ['bad_url', 'refused'],
  ['internal', 'internal'],
  ['status 200 and more', 'no_answer'],
  [null, null],
])('%s is told as %s', (reason, told) => {
  const view = toWebhookView({ host: 'hooks.example', state: 'pending', attempts: 2, reason });
  expect(webhookSchema.strict().parse(view)).toEqual({
    ...{ host: 'hooks.example', state: 'pending', attempts: 2 },
    last_reason: told,
  });
});

test('a job without a webhook says so', () => {
  expect(toJobView(aJob()).webhook).toBeNull();
});
