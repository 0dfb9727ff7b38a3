// Which deliveries may be under way at the same time, so that slow receivers keep nobody else waiting. Pure.
import type { Receiver } from './delivery-store.js';

/** Each is a connection and a few kilobytes; receivers that answer in a tenth of a second get 300 a second. */
const mostInAll = 32;
/** A receiver that takes its 20 seconds holds no more than these. */
const mostPerHost = 4;
/** Whoever brings a new host name with every job holds half; so do all callers together who come through one proxy. */
const mostPerCaller = 16;

export interface Fullness {
  readonly all: boolean;
  readonly hosts: readonly string[];
  readonly callers: readonly string[];
}

/** Who has as many deliveries under way as may be. */
export function fullness(sending: readonly Receiver[]): Fullness {
  const atLeast = (most: number, names: string[]) =>
    [...Map.groupBy(names, (name) => name)].filter(([, same]) => same.length >= most).map(([name]) => name);
  return {
    all: sending.length >= mostInAll,
    hosts: atLeast(
      mostPerHost,
      sending.map(({ host }) => host),
    ),
    callers: atLeast(
      mostPerCaller,
      sending.map(({ callerKey }) => callerKey),
    ),
  };
}

/** Those of `due`, in their order, that may be sent beside those in `sending`. */
export function chooseDeliveries<T extends Receiver>(due: readonly T[], sending: readonly Receiver[]): T[] {
  const chosen: T[] = [];
  for (const delivery of due) {
    const { all, hosts, callers } = fullness([...sending, ...chosen]);
    if (all) break;
    if (!hosts.includes(delivery.host) && !callers.includes(delivery.callerKey)) chosen.push(delivery);
  }
  return chosen;
}
