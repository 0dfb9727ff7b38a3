// Reads the cards of a FITS header (FITS Standard 4.0, §4): keyword, value as text. Never more than the caller hands over.

/** Length of a card. */
const cardBytes = 80;
/** Headers come in blocks of this size. */
export const fitsBlockBytes = 2880;

/** Keyword → value text of the first header in `bytes`: strings without quotes, numbers as written, T or F. */
export function readCards(bytes: Buffer): Map<string, string> {
  const cards = new Map<string, string>();
  for (let at = 0; at + cardBytes <= bytes.length; at += cardBytes) {
    const card = bytes.toString('latin1', at, at + cardBytes);
    const keyword = card.slice(0, 8).trimEnd();
    if (keyword === 'END') break;
    // "= " in columns 9 and 10 makes it a value; commentary cards have none.
    if (card.slice(8, 10) !== '= ' || !/^[A-Z0-9_-]{1,8}$/.test(keyword) || cards.has(keyword)) continue;
    cards.set(keyword, valueText(card.slice(10)));
  }
  return cards;
}

function valueText(field: string): string {
  const string = /^ *'((?:[^']|'')*)'/.exec(field)?.[1];
  if (string !== undefined) return string.replaceAll("''", "'").trimEnd();
  return (field.split('/')[0] ?? '').trim();
}

/** The number that a card holds, undefined when it holds none; Fortran's D exponent is read like E. */
export function cardNumber(cards: Map<string, string>, keyword: string): number | undefined {
  const text = cards.get(keyword);
  if (text === undefined || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[EDed][+-]?\d{1,3})?$/.test(text.trim())) return undefined;
  const value = Number(text.trim().replace(/d/i, 'e'));
  return Number.isFinite(value) ? value : undefined;
}
