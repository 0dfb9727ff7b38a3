import { describe, expect, test } from '@jest/globals';
import { blockBytes, formatHeader, numberOf, parseHeader } from './cards.js';
import { FitsTable, formatFloatTable } from './table.js';

describe('cards', () => {
  test('what is written is read back', () => {
    const bytes = formatHeader([
      ['SIMPLE', true],
      ['NAXIS', 0],
      ['NAME', "it's"],
      ['TINY', -1.25e-9],
      ['ANRUN', false],
    ]);
    expect(bytes.length).toBe(blockBytes);
    const header = parseHeader(bytes);
    expect(header?.bytes).toBe(blockBytes);
    expect([...(header?.values ?? [])]).toEqual([
      ['SIMPLE', true],
      ['NAXIS', 0],
      ['NAME', "it's"],
      ['TINY', -1.25e-9],
      ['ANRUN', false],
    ]);
  });

  test('comments, repeated keywords and Fortran exponents are understood', () => {
    const cards = ['A       =   1.5D3 / thousands', 'A       = 2', 'COMMENT = 3', "B       = 'x / y' / z", 'END'];
    const header = parseHeader(Buffer.from(cards.map((card) => card.padEnd(80)).join('')));
    expect(header && numberOf(header, 'A')).toBe(1500);
    expect(header?.values.get('B')).toBe('x / y');
  });

  test('a header without END is none', () => {
    expect(parseHeader(Buffer.from('SIMPLE  =                    T'.padEnd(2880)))).toBeUndefined();
  });

  test('a value that does not fit is refused', () => {
    expect(() => formatHeader([['PATH', 'x'.repeat(80)]])).toThrow('PATH is too long');
  });
});

describe('tables', () => {
  const primary = formatHeader([['SIMPLE', true]]);
  const file = Buffer.concat([primary, formatFloatTable({ X: [1.5, -2], Y: [3, 4] })]);

  test('what is written is read back', () => {
    const table = FitsTable.parse(file);
    expect(table.rows).toBe(2);
    expect([...table.column('X')]).toEqual([1.5, -2]);
    expect([...table.column('Y')]).toEqual([3, 4]);
  });

  test('a missing column and a short file are said', () => {
    expect(() => FitsTable.parse(file).column('Z')).toThrow('no numeric column Z');
    expect(() => FitsTable.parse(file.subarray(0, 2 * blockBytes + 8))).toThrow('shorter than its header');
    expect(() => FitsTable.parse(primary)).toThrow('no binary table');
  });
});
