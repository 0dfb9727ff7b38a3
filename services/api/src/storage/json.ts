// Values in jsonb columns: what comes out equals what went in. Bytes become base64, and characters that PostgreSQL
// cannot hold become U+FFFD. Pure.

const bytesKey = '$bytes';

/** As text for a jsonb column. Takes plain objects, arrays, finite numbers, strings, booleans, null and Buffers. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    // Buffer has a toJSON of its own, which ran before we are asked.
    const original = this[key];
    if (Buffer.isBuffer(original)) return { [bytesKey]: original.toString('base64') };
    return typeof plain === 'string' ? plain.toWellFormed().replaceAll('\0', '\uFFFD') : plain;
  });
}

/** The value of a jsonb column. */
export function fromJson<T>(value: unknown): T {
  return revive(value) as T;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const bytes = (value as Record<string, unknown>)[bytesKey];
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part)]));
}
