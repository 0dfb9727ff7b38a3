import { expect, test } from '@jest/globals';
import { formatFamilies } from './text-format.js';
import { WebhookMetrics } from './webhook-metrics.js';

test('attempts are counted by what they came to', () => {
  const metrics = new WebhookMetrics();
  for (const state of ['pending', 'pending', 'delivered'] as const) metrics.attempted(state);
  expect(formatFamilies(metrics.families(3)).split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE astrogate_webhook_attempts_total counter',
      'astrogate_webhook_attempts_total{result="delivered"} 1',
      'astrogate_webhook_attempts_total{result="again"} 2',
      'astrogate_webhook_attempts_total{result="given_up"} 0',
      'astrogate_webhooks_sending 3',
    ]),
  );
});
