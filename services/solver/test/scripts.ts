// Shell programs that stand in for the sandbox program, to misbehave in ways that it does not.
import { type EventKind, encodeEvent } from '@astrogate/proto';

/** A shell command that prints `bytes`. */
export function print(bytes: Buffer): string {
  const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return `printf '${octal}'`;
}

export const printEvent = (kind: EventKind, body: unknown) => print(encodeEvent(kind, body));

export const versions = { sandbox: '1', astrometry: '1', node: '1' };
export const notSolved = { notSolved: { tried: [], stars: [] }, timings: [], versions };

/** Reads the whole job frame for an upload of `bytes` bytes, answers "not solved", and waits for the end of stdin. */
export const obedient = `head -c 12 >/dev/null; ${printEvent('outcome', notSolved)}; cat >/dev/null`;

/** Reads and never answers. */
export const silent = "trap '' TERM INT HUP; cat >/dev/null & while true; do sleep 1; done";
