// What accounts do that somebody may want to know later. Each act is handed on in the transaction that it happens in.
import type { Principal } from '../access/principal.js';
import type { Trx } from '../storage/tables.js';

/** Who does something, and from where. */
export interface Doer {
  /** "user:ID", "key:ID", "anonymous" or "system". */
  readonly actor: string;
  /** Network address of the client. */
  readonly address: string;
  readonly requestId: string;
}

export type ActName =
  | 'bootstrap'
  | `factor.${'add' | 'remove'}`
  | `key.${'create' | 'remove'}`
  | `session.${'begin' | 'end' | 'reuse'}`
  | `user.${'change' | 'create' | 'password' | 'remove'}`;

export interface Act extends Doer {
  readonly act: ActName;
  /** What it was done to, such as "user:ID". */
  readonly target: string;
  readonly result: 'done' | 'refused' | 'failed';
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/** Keeps a record of an act, in the transaction of the act, as the last thing there: records wait for one another. */
export type RecordAct = (trx: Trx, act: Act) => Promise<void>;

export function actorOf(who: Principal): string {
  if (who.kind === 'user') return `user:${who.userId}`;
  return who.kind === 'key' ? `key:${who.keyId}` : 'anonymous';
}
