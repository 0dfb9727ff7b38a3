// Takes what the operator gave out of what is about to be persisted. Pure. Steps should write no secret; an error message of
// somebody else's program may.
import type { Gift, Json } from './plan.js';

const withheld = '[withheld]';
/** Shorter texts are words such as "on", which stand anywhere. */
const shortest = 6;

/** `value` with every text of `gift` replaced, wherever it stands in a string or in a key. */
export function withhold<T extends Json>(value: T, gift: Gift | undefined): T {
  const secrets = gift === undefined ? [] : textsOf(gift).filter((text) => text.length >= shortest);
  return secrets.length === 0 ? value : (without(value, secrets) as T);
}

function without(value: Json, secrets: readonly string[]): Json {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, withheld), value);
  if (Array.isArray(value)) return value.map((part: Json) => without(part, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [without(key, secrets) as string, without(part as Json, secrets)]),
  );
}

/** Longest first, so that none leaves a part of another. */
function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap((part) => textsOf(part as Json))
    .sort((one, other) => other.length - one.length);
}
