// A JSON object as names and values for people: inner objects with dotted names, empty values left out.

export function flatPairs(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (inner === null || inner === undefined || inner === '') return [];
    if (Array.isArray(inner)) return inner.length === 0 ? [] : [[name, inner.map(scalar).join(', ')]];
    if (typeof inner === 'object') return flatPairs(inner, `${name}.`);
    return [[name, scalar(inner)]];
  });
}

function scalar(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
