// Where deliveries of webhooks are kept. The deliverer knows only this interface. Every method throws
// `storage_unavailable` when the database is away; what it would have done may then have happened or not.
import type { EventJob } from './event.js';

/** What a caller gives with a job. Never logged, never shown: the URL may carry a token, and the secret is one. */
export interface WebhookTarget {
  /** http or https, public as far as can be told without resolving its name. */
  readonly url: string;
  /** As in `keyOf`. */
  readonly secret: string;
}

/** Whose turns are counted. */
export interface Receiver {
  readonly host: string;
  readonly callerKey: string;
}

/** An attempt as the store knows it. Its number is the fencing token: with an older one nothing can be recorded. */
export interface DeliveryHold {
  readonly jobId: string;
  /** 1 is the first. */
  readonly attempt: number;
}

/** A delivery that was taken to be attempted. */
export interface DeliveryClaim extends DeliveryHold, Receiver, WebhookTarget {
  readonly requestId: string;
  readonly job: EventJob;
}

/** What an attempt came to. With `delivered` and `given_up` the delivery ends. */
export type DeliveryStep =
  | { readonly state: 'delivered' }
  | { readonly state: 'given_up'; readonly reason: string }
  | { readonly state: 'pending'; readonly reason: string; readonly nextAt: Date };

export interface DeliveryStore {
  /** Takes deliveries that are due, the oldest first, as `chooseDeliveries` allows beside those in `sending`. */
  claim(now: Date, sending: readonly Receiver[]): Promise<DeliveryClaim[]>;
  /** Records an attempt; URL, secret and content are wiped when it was the last. False when it was ours no longer. */
  record(hold: DeliveryHold, step: DeliveryStep): Promise<boolean>;
  /** Makes the delivery due again, as if the attempt had not been. */
  putBack(hold: DeliveryHold): Promise<void>;
  /** Calls `onDue` whenever a delivery may have become due, here or elsewhere, until the function returned is called. */
  listen(onDue: () => void): Promise<() => Promise<void>>;
}
