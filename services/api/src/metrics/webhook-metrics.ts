// Counts what attempts at webhooks come to. Knows numbers only: no host, no caller.
import type { DeliveryStep } from '../webhooks/delivery-store.js';
import type { Family } from './text-format.js';

const results = { delivered: 'delivered', pending: 'again', given_up: 'given_up' } as const;

export class WebhookMetrics {
  readonly #attempts = new Map<DeliveryStep['state'], number>([
    ['delivered', 0],
    ['pending', 0],
    ['given_up', 0],
  ]);

  /** Counts an attempt by what becomes of its delivery. */
  attempted(state: DeliveryStep['state']): void {
    this.#attempts.set(state, (this.#attempts.get(state) ?? 0) + 1);
  }

  /** `sending`: attempts under way. */
  families(sending: number): Family[] {
    return [
      {
        ...{ name: 'astrogate_webhook_attempts_total', type: 'counter' },
        help: 'Attempts at webhooks, by what they came to: delivered, again (it is sent again), given_up',
        samples: [...this.#attempts].map(([state, value]) => ({ labels: { result: results[state] }, value })),
      },
      {
        ...{ name: 'astrogate_webhooks_sending', type: 'gauge', help: 'Attempts at webhooks that are under way' },
        samples: [{ value: sending }],
      },
    ];
  }
}
