import { describe, expect, test } from '@jest/globals';
import { PnmReader } from './pnm.js';
import { parsePnmHead } from './pnm-head.js';

function read(file: Buffer, pieceBytes = file.length): number[] {
  const reader = new PnmReader(() => {});
  for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.subarray(at, at + pieceBytes));
  return [...reader.end().data].map((value) => Number(value.toFixed(2)));
}
const file = (head: string, ...samples: number[]) => Buffer.concat([Buffer.from(head), Buffer.from(samples)]);
const luma = (r: number, g: number, b: number) => Number((0.299 * r + 0.587 * g + 0.114 * b).toFixed(2));

describe('PnmReader', () => {
  const files: [string, Buffer, number[]][] = [
    ['raw grey', file('P5 2 2 255\n', 1, 2, 3, 255), [1, 2, 3, 255]],
    ['raw grey of 16 bits', file('P5\n2 1\n65535\n', 1, 0, 255, 255), [256, 65_535]],
    ['raw colour', file('P6 2 1 255\n', 10, 20, 30, 255, 255, 255), [luma(10, 20, 30), 255]],
    ['raw colour of 16 bits', file('P6 1 1 1000\n', 1, 0, 2, 0, 3, 0), [luma(256, 512, 768)]],
    ['plain grey', file('P2 2 2 999\n1 22\n333 999'), [1, 22, 333, 999]],
    ['plain colour', file('P3 1 2 9\n2 4 6 9 9 9\n'), [luma(2, 4, 6), 9]],
    [
      'bits, 1 for black',
      file('P4 9 2\n', 0b10000000, 0b10000000, 0, 0),
      [0, 1, 1, 1, 1, 1, 1, 1, 0, ...Array(9).fill(1)],
    ],
    ['comments in the header', file('P5 # a\n#b\n2 #c\n1 255\n', 7, 8), [7, 8]],
  ];
  test.each(files)('reads %s, in one piece and byte by byte', (_name, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
    expect(read(bytes, 1)).toEqual(expected);
  });

  test.each([
    ['samples are missing', file('P5 2 2 255\n', 1, 2, 3), /3 of 4 samples/],
    ['a plain sample is above the maximum', file('P2 1 1 9\n10\n'), /sample 1/],
    ['a plain sample is no number', file('P2 2 1 9\n1 x\n'), /sample 2/],
    ['a side is 0', file('P5 0 4 255\n'), /0 pixels/],
    ['the maximum is too large', file('P5 1 1 70000\n'), /70000/],
    ['the header does not end', file('P5 1 1'), /does not end/],
    ['a number of the header is none', file('P5 a b 255\n'), /something else/],
  ])('says when %s', (_name, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
    expect(() => read(bytes, 1)).toThrow(message);
  });

  test('allocates nothing before the size is accepted', () => {
    const reader = new PnmReader(({ width }) => {
      throw new RangeError(`refused ${width}`);
    });
    expect(() => reader.push(file('P5 999999999 999999999 255\n'))).toThrow('refused 999999999');
  });
});

test('the header tells channels and bits', () => {
  expect(parsePnmHead(file('P6 3 4 4095\n'))).toMatchObject({ width: 3, height: 4, channels: 3, bits: 12, bytes: 12 });
});
