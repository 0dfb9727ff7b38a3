// FITS header cards: reading with caps, writing what astrometry.net needs. Standard: FITS 4.0, section 4.

export const blockBytes = 2880;
const cardBytes = 80;

export type CardValue = string | number | boolean;

export interface Header {
  /** First occurrence of each keyword wins. Commentary cards are left out. */
  values: ReadonlyMap<string, CardValue>;
  /** Length of the header with its padding. */
  bytes: number;
}

/** Reads a header from the start of `bytes`; undefined when its END is not within them. */
export function parseHeader(bytes: Buffer): Header | undefined {
  const values = new Map<string, CardValue>();
  for (let at = 0; at + cardBytes <= bytes.length; at += cardBytes) {
    const card = bytes.toString('latin1', at, at + cardBytes);
    const keyword = card.slice(0, 8).trimEnd();
    if (keyword === 'END') return { values, bytes: Math.ceil((at + cardBytes) / blockBytes) * blockBytes };
    if (card.slice(8, 10) !== '= ' || values.has(keyword)) continue;
    const value = parseValue(card.slice(10));
    if (value !== undefined) values.set(keyword, value);
  }
  return undefined;
}

function parseValue(field: string): CardValue | undefined {
  const quoted = /^\s*'((?:[^']|'')*)'/.exec(field);
  if (quoted) return (quoted[1] as string).replaceAll("''", "'").trimEnd();
  const bare = (field.split('/', 1)[0] as string).trim();
  if (bare === 'T') return true;
  if (bare === 'F') return false;
  // Fortran writes exponents with D.
  const number = Number(bare.replace(/d/i, 'E'));
  return bare === '' || Number.isNaN(number) ? undefined : number;
}

/** The number of a keyword, or `fallback` when it is absent or no number. */
export function numberOf(header: Header, keyword: string, fallback: number): number;
export function numberOf(header: Header, keyword: string): number | undefined;
export function numberOf(header: Header, keyword: string, fallback?: number): number | undefined {
  const value = header.values.get(keyword);
  return typeof value === 'number' ? value : fallback;
}

/** A header of these cards, END and padding included. Strings longer than 68 characters do not fit a card. */
export function formatHeader(cards: readonly (readonly [keyword: string, value: CardValue])[]): Buffer {
  const text = [...cards.map(([keyword, value]) => formatCard(keyword, value)), 'END'.padEnd(cardBytes)].join('');
  return Buffer.from(text.padEnd(Math.ceil(text.length / blockBytes) * blockBytes), 'latin1');
}

function formatCard(keyword: string, value: CardValue): string {
  const card = `${keyword.padEnd(8)}= ${formatValue(value)}`.padEnd(cardBytes);
  if (card.length > cardBytes) throw new RangeError(`card ${keyword} is too long`);
  return card;
}

function formatValue(value: CardValue): string {
  if (typeof value === 'boolean') return (value ? 'T' : 'F').padStart(20);
  if (typeof value === 'number') return String(value).toUpperCase().padStart(20);
  return `'${value.replaceAll("'", "''").padEnd(8)}'`;
}

/** Zeros up to the next multiple of a block. */
export function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
