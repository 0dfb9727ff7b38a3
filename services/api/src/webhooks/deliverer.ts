// Sends what webhooks are due: takes them from the store, makes one attempt at each, and records what it came to. It is
// woken when a job ends; a slow look at the store finds what is due again and what the dead have left behind.
import type { Logger } from '@astrogate/common';
import type { FetchPublic } from '../outbound/fetch-public.js';
import { afterAttempt, mostClaims } from './after-attempt.js';
import type { DeliveryClaim, DeliveryStep, DeliveryStore } from './delivery-store.js';
import { eventId, toEvent } from './event.js';
import { type Delivery, sendWebhook } from './send-webhook.js';

export interface DelivererParts {
  readonly deliveries: DeliveryStore;
  readonly fetch: FetchPublic;
  readonly log: Logger;
  readonly now: () => Date;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told what each attempt came to. */
  readonly onAttempt: (state: DeliveryStep['state']) => void;
}

/** Between two looks at the store, milliseconds: half of the shortest pause before something is sent again. */
const lookEveryMs = 2_000;
/** At the end, attempts have this long to be answered, so that a restart seldom means that a receiver gets it twice. */
const lastAnswersMs = 1_000;

export class Deliverer {
  readonly #sending = new Map<DeliveryClaim, AbortController>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #closing: (() => void | Promise<void>)[] = [];
  #draining = false;
  #pumping = false;
  #woken = false;

  constructor(readonly parts: DelivererParts) {}

  /** Takes up what is due. Throws `storage_unavailable`. */
  async start(): Promise<void> {
    const stopListening = await this.parts.deliveries.listen(() => this.wake());
    const timer = setInterval(() => this.wake(), lookEveryMs).unref();
    this.#closing.push(() => clearInterval(timer), stopListening);
    this.wake();
  }

  /** Something may be due. */
  wake(): void {
    this.#woken = true;
    if (this.#pumping || this.#draining) return;
    this.#pumping = true;
    this.#track(this.#pump());
  }

  /** Takes nothing new; resolves when no attempt is under way. Those that are left are stopped and put back. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#draining = true;
    const stop = () => {
      for (const attempt of this.#sending.values()) attempt.abort(new Error('draining'));
    };
    const timer = setTimeout(stop, lastAnswersMs);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }

  /** Attempts under way. */
  get sending(): number {
    return this.#sending.size;
  }

  /** Takes deliveries as long as there are any that may be sent. Never rejects. */
  async #pump(): Promise<void> {
    while (this.#woken && !this.#draining) {
      this.#woken = false;
      try {
        const claims = await this.parts.deliveries.claim(this.parts.now(), [...this.#sending.keys()]);
        for (const claim of claims) this.#track(this.#attempt(claim));
        if (claims.length > 0) this.#woken = true;
      } catch (err) {
        this.parts.log.warn({ err }, 'no webhook could be taken');
      }
    }
    this.#pumping = false;
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  /** One attempt, from its claim to its record. Never rejects. */
  async #attempt(claim: DeliveryClaim): Promise<void> {
    const { deliveries, log } = this.parts;
    const line = { jobId: claim.jobId, requestId: claim.requestId, host: claim.host, attempt: claim.attempt };
    const abort = new AbortController();
    this.#sending.set(claim, abort);
    if (this.#draining) abort.abort(new Error('draining'));
    const begin = performance.now();
    try {
      const delivery = await this.#send(claim, abort.signal);
      const ms = Math.round(performance.now() - begin);
      if (delivery === 'stopped') {
        await deliveries.putBack(claim);
        log.info({ ...line, ms }, 'webhook put back');
      } else await this.#record(claim, delivery, { ...line, ms });
    } catch (err) {
      log.warn({ ...line, err }, 'what a webhook came to was not recorded; it is sent again');
    } finally {
      this.#sending.delete(claim);
      this.wake();
    }
  }

  /** Never rejects. */
  async #send(claim: DeliveryClaim, signal: AbortSignal): Promise<Delivery | 'stopped'> {
    const { jobId, url, secret, job, attempt } = claim;
    if (attempt > mostClaims) return { delivered: false, again: false, reason: 'lost' };
    try {
      const webhook = { url, secret, id: eventId(jobId), event: toEvent(job) };
      return await sendWebhook(this.parts.fetch, webhook, { now: this.parts.now(), signal });
    } catch (err) {
      if (signal.aborted) return 'stopped';
      this.parts.log.error({ jobId, requestId: claim.requestId, attempt, err }, 'a webhook could not be made');
      return { delivered: false, again: true, reason: 'internal' };
    }
  }

  async #record(claim: DeliveryClaim, delivery: Delivery, line: Record<string, unknown>): Promise<void> {
    const { deliveries, log, now, random, onAttempt } = this.parts;
    const step = afterAttempt(delivery, claim.attempt, { now: now(), random: random() });
    const how = delivery.delivered ? { status: delivery.status } : { reason: delivery.reason };
    const nextAt = step.state === 'pending' ? step.nextAt.toISOString() : undefined;
    log.info({ ...line, state: step.state, ...how, nextAt }, 'webhook attempt');
    onAttempt(step.state);
    const isOurs = await deliveries.record(claim, step);
    if (!isOurs) log.warn(line, 'this webhook was taken by somebody else meanwhile');
  }
}
