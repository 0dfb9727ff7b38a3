// The little FITS that rendering needs: cards, images, tables of doubles. On purpose apart from the sandbox's own
// reader and writer, which these skies put to the test.

const block = 2880;

export type Card = readonly [keyword: string, value: string | number | boolean];

export function header(cards: readonly Card[]): Buffer {
  const lines = cards.map(([keyword, value]) => `${keyword.padEnd(8)}= ${cardValue(value)}`.padEnd(80));
  const text = `${lines.join('')}${'END'.padEnd(80)}`;
  return Buffer.from(text.padEnd(Math.ceil(text.length / block) * block), 'latin1');
}

function cardValue(value: string | number | boolean): string {
  if (typeof value === 'string') return `'${value.padEnd(8)}'`;
  if (typeof value === 'boolean') return (value ? 'T' : 'F').padStart(20);
  return String(value).toUpperCase().padStart(20);
}

/** Zero bytes up to a whole block. */
export function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((block - (data.length % block)) % block)]);
}

/** A file with one table of doubles; all columns have the same length. */
export function tableOf(columns: Readonly<Record<string, readonly number[]>>): Buffer {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  const data = Buffer.alloc(rows * entries.length * 8);
  for (const [index, [, values]] of entries.entries())
    for (const [row, value] of values.entries()) data.writeDoubleBE(value, (row * entries.length + index) * 8);
  const primary: Card[] = [
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
  ];
  const extension: Card[] = [
    ['XTENSION', 'BINTABLE'],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', entries.length * 8],
    ['NAXIS2', rows],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', entries.length],
    ...entries.flatMap(([name], index): Card[] => [
      [`TTYPE${index + 1}`, name],
      [`TFORM${index + 1}`, '1D'],
    ]),
  ];
  return Buffer.concat([header(primary), header(extension), padded(data)]);
}

/** Columns of one float or double a row, from the first extension. Throws RangeError for one that is not there. */
export function columnsOf(file: Buffer, names: readonly string[]): number[][] {
  const primary = cardsFrom(file, 0);
  const extension = cardsFrom(file, primary.end);
  const rowBytes = Number(extension.values.get('NAXIS1'));
  const rows = Number(extension.values.get('NAXIS2'));
  const found = new Map<string, { at: number; size: number }>();
  let at = 0;
  for (let index = 1; index <= Number(extension.values.get('TFIELDS')); index++) {
    const size = extension.values.get(`TFORM${index}`) === '1D' ? 8 : 4;
    found.set(extension.values.get(`TTYPE${index}`) ?? '', { at, size });
    at += size;
  }
  return names.map((name) => {
    const column = found.get(name);
    if (!column) throw new RangeError(`no column ${name}`);
    return Array.from({ length: rows }, (_, row) => {
      const place = extension.end + row * rowBytes + column.at;
      return column.size === 8 ? file.readDoubleBE(place) : file.readFloatBE(place);
    });
  });
}

function cardsFrom(file: Buffer, start: number): { values: Map<string, string>; end: number } {
  const values = new Map<string, string>();
  for (let at = start; at + 80 <= file.length; at += 80) {
    const card = file.toString('latin1', at, at + 80);
    if (card.startsWith('END ')) return { values, end: start + Math.ceil((at + 80 - start) / block) * block };
    const value = /^= (?:\s*'([^']*)'|([^/]*))/.exec(card.slice(8));
    if (value) values.set(card.slice(0, 8).trim(), (value[1] ?? value[2] ?? '').trim());
  }
  throw new RangeError('a FITS header does not end');
}
