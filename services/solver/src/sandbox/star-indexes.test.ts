import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { indexesInDirectory, indexesOfImage, parseIndexHeader } from './star-indexes.js';

/** The first block of a file with these cards. */
const block = (...cards: string[]) =>
  Buffer.from(
    ['SIMPLE  =                    T', ...cards, 'END']
      .map((card) => card.padEnd(80))
      .join('')
      .padEnd(2880),
  );
const tycho10 = block(
  "AN_FILE = 'QUAD    ' / This file lists, for each quad, its stars.",
  'SCALE_U =      0.0247254977366 / Upper-bound index scale (radians).',
  'SCALE_L =      0.0174532925199 / Lower-bound index scale (radians).',
  'INDEXID =                 4110 / Index unique ID.',
);

test('reads an index header: radians become arcminutes', () => {
  expect(parseIndexHeader(tycho10, 'index-tycho2-10.fits', 20_514_240)).toEqual({
    name: 'index-tycho2-10.fits',
    indexId: 4110,
    scaleLow: 60,
    scaleHigh: 85,
    sizeBytes: 20_514_240,
  });
});

test.each([
  ['no index', block('NAXIS   =                    0')],
  ['no scale', block('INDEXID =                 4110')],
  ['scales in the wrong order', block('SCALE_U = 0.01', 'SCALE_L = 0.02', 'INDEXID = 1')],
  ['scales that are no numbers', block('SCALE_U = ...', 'SCALE_L = e', 'INDEXID = 1')],
  ['nothing', Buffer.alloc(0)],
  ['noise', Buffer.alloc(2880, 0xff)],
])('%s is no index', (_what, bytes) => {
  expect(parseIndexHeader(bytes, 'x.fits', 1)).toBeUndefined();
});

test('lists the indexes of a directory and passes over other files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'indexes-'));
  writeFileSync(join(directory, 'index-4110.fits'), tycho10);
  writeFileSync(join(directory, 'other.fits'), 'x');
  writeFileSync(join(directory, 'notes.txt'), tycho10);
  expect(indexesInDirectory(directory).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ['index-4110.fits', 2880],
  ]);
  rmSync(directory, { recursive: true });
  expect(() => indexesInDirectory(directory)).toThrow('SOLVER_INDEX_DIR cannot be read (ENOENT)');
});

test('reads the label of an image, and refuses one that is wrong', () => {
  const list = [{ name: 'a.fits', indexId: 1, scaleLow: 1, scaleHigh: 2, sizeBytes: 3 }];
  expect(indexesOfImage({ 'dev.astrogate.indexes': JSON.stringify(list) })).toEqual(list);
  expect(indexesOfImage(null)).toEqual([]);
  expect(() => indexesOfImage({ 'dev.astrogate.indexes': '[{}]' })).toThrow('cannot be read');
});
