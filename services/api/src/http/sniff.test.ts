import { expect, test } from '@jest/globals';
import { formatName, sniffFormat } from './sniff.js';

test.each([
  ['\xff\xd8\xff\xe0', 'JPEG'],
  ['\x89PNG\r\n\x1a\n', 'PNG'],
  ['II*\0\x08\0\0\0', 'TIFF'],
  ['MM\0*\0\0\0\x08', 'TIFF'],
  ['SIMPLE  =                    T', 'FITS'],
  ['P5\n', 'PNM'],
  ['P3 ', 'PNM'],
  ['P6#c', 'PNM'],
  ['\x1f\x8b\x08\0', 'GZIP'],
  ['II*\0\x10\0\0\0CR\x02\0', 'RAW'],
  ['\0\0\0\x18ftypcrx ', 'RAW'],
  ['FUJIFILMCCD-RAW ', 'RAW'],
])('%j is %s', (bytes, format) => {
  expect(sniffFormat(Buffer.from(bytes, 'latin1'))).toBe(`IMAGE_FORMAT_${format}`);
});

test.each([
  '',
  'P',
  'P1\n',
  'P4\n',
  'P5x',
  'GIF89a',
  '<svg',
  '\xff\xd8',
  'SIMPLE=T',
  'BM',
  '\0\0\0\x18ftypheic',
  '%PDF',
])('%j is nothing that we take', (bytes) => {
  expect(sniffFormat(Buffer.from(bytes, 'latin1'))).toBeUndefined();
});

test('answers spell a format in lower case', () => {
  expect(formatName('IMAGE_FORMAT_JPEG')).toBe('jpeg');
});
