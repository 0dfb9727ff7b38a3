import { expect, test } from '@jest/globals';
import { sniff } from './sniff.js';

test.each([
  ['jpeg', '\xff\xd8\xff\xe0'],
  ['png', '\x89PNG\r\n\x1a\n\0\0'],
  ['tiff', 'II*\0\x08\0\0\0'],
  ['tiff', 'MM\0*\0\0\0\x08'],
  ['fits', 'SIMPLE  =                    T'],
  ['pnm', 'P2 1 1'],
  ['pnm', 'P6\n'],
  ['gzip', '\x1f\x8b\x08\0'],
  ['raw', 'II*\0\x10\0\0\0CR\x02\0'],
  ['raw', 'FUJIFILMCCD-RAW 0201'],
  ['raw', '\0\0\0\x18ftypcrx '],
  [undefined, 'P1 1 1'],
  [undefined, 'P5x'],
  [undefined, 'GIF89a'],
  [undefined, ''],
])('says %s for %j', (kind, start) => {
  expect(sniff(Buffer.from(start, 'latin1'))).toBe(kind);
});
