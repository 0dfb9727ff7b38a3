// FITS binary tables as astrometry.net and SExtractor write them: reading numeric columns, writing columns of floats.
import { blockBytes, formatHeader, type Header, numberOf, parseHeader } from './cards.js';

const fieldBytes: Record<string, number> = { L: 1, A: 1, B: 1, I: 2, J: 4, K: 8, E: 4, D: 8 };
const readers: Record<string, (bytes: Buffer, at: number) => number> = {
  B: (bytes, at) => bytes.readUInt8(at),
  I: (bytes, at) => bytes.readInt16BE(at),
  J: (bytes, at) => bytes.readInt32BE(at),
  K: (bytes, at) => Number(bytes.readBigInt64BE(at)),
  E: (bytes, at) => bytes.readFloatBE(at),
  D: (bytes, at) => bytes.readDoubleBE(at),
};

interface Column {
  offset: number;
  code: string;
}

export class FitsTable {
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #rowBytes: number;
  readonly rows: number;

  private constructor(
    header: Header,
    private readonly data: Buffer,
  ) {
    this.#rowBytes = numberOf(header, 'NAXIS1', 0);
    this.rows = numberOf(header, 'NAXIS2', 0);
    this.#columns = columnsOf(header);
    if (this.rows * this.#rowBytes > data.length) throw new RangeError('table is shorter than its header says');
  }

  /** The first extension of a file that has no data in its primary part. Throws RangeError when it is not there. */
  static parse(file: Buffer): FitsTable {
    const primary = parseHeader(file);
    if (!primary) throw new RangeError('no primary header');
    const extension = parseHeader(file.subarray(primary.bytes));
    if (extension?.values.get('XTENSION') !== 'BINTABLE') throw new RangeError('no binary table');
    return new FitsTable(extension, file.subarray(primary.bytes + extension.bytes));
  }

  /** The first number of a column in every row. Throws RangeError when there is no such numeric column. */
  column(name: string): Float64Array {
    const column = this.#columns.get(name);
    const read = column && readers[column.code];
    if (!read) throw new RangeError(`no numeric column ${name}`);
    return Float64Array.from({ length: this.rows }, (_, row) => read(this.data, row * this.#rowBytes + column.offset));
  }
}

function columnsOf(header: Header): Map<string, Column> {
  const columns = new Map<string, Column>();
  let offset = 0;
  for (let index = 1; index <= Math.min(numberOf(header, 'TFIELDS', 0), 999); index++) {
    const form = /^(\d*)([A-Z])/.exec(String(header.values.get(`TFORM${index}`) ?? ''));
    if (!form) throw new RangeError(`column ${index} has no format`);
    const code = form[2] as string;
    const size = fieldBytes[code];
    if (size === undefined) throw new RangeError(`column ${index} has an unknown format`);
    columns.set(String(header.values.get(`TTYPE${index}`) ?? ''), { offset, code });
    offset += size * (form[1] === '' ? 1 : Number(form[1]));
  }
  return columns;
}

/** A table extension of 32-bit float columns, all of the same length. */
export function formatFloatTable(columns: Readonly<Record<string, ArrayLike<number>>>): Buffer {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  const rowBytes = 4 * entries.length;
  const header = formatHeader([
    ['XTENSION', 'BINTABLE'],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', rowBytes],
    ['NAXIS2', rows],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', entries.length],
    ...entries.flatMap(([name], index) => [[`TTYPE${index + 1}`, name] as const, [`TFORM${index + 1}`, '1E'] as const]),
  ]);
  const data = Buffer.alloc(Math.ceil((rows * rowBytes) / blockBytes) * blockBytes);
  for (const [index, [, values]] of entries.entries())
    for (let row = 0; row < rows; row++) data.writeFloatBE(values[row] as number, row * rowBytes + 4 * index);
  return Buffer.concat([header, data]);
}
