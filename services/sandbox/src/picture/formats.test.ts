import { describe, expect, test } from '@jest/globals';
import { jpegDamage } from './jpeg.js';
import { layoutFlags } from './tiff.js';
import { tag } from './tiff-tags.js';

describe('what tifftopnm is told', () => {
  test('rows as stored, read one by one', () => {
    expect(layoutFlags(new Map([[tag.width, [800]]]))).toEqual(['-byrow', '-orientraw']);
    expect(layoutFlags(new Map([[tag.planarConfiguration, [1]]]))).toContain('-byrow');
  });

  test.each([
    ['tiles', tag.tileWidth, 512],
    ['separate planes', tag.planarConfiguration, 2],
  ])('%s are not read by rows', (_name, key, value) => {
    expect(layoutFlags(new Map([[key, [value]]]))).toEqual(['-orientraw']);
  });
});

describe('what djpeg says', () => {
  test.each([
    'Premature end of JPEG file',
    'Corrupt JPEG data: premature end of data segment',
    'Corrupt JPEG data: bad Huffman code',
    'Bogus Huffman table definition',
  ])('"%s" is damage', (line) => {
    expect(jpegDamage.test(line)).toBe(true);
  });

  test('bytes too many before a marker are none', () => {
    expect(jpegDamage.test('Corrupt JPEG data: 3 extraneous bytes before marker 0xd9')).toBe(false);
  });
});
