import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { fits, pgm16, png } from './encode.js';
import { columnsOf, tableOf } from './fits.js';
import { seededRandom } from './random.js';
import { renderSky } from './render.js';
import type { RunTool } from './tool.js';
import { type Truth, truthHeader, undistort } from './truth.js';

const truth: Truth = { ra: 10, dec: 20, scale: 36, rotation: 0, parity: 'normal', width: 40, height: 30 };
const card = (header: Buffer, keyword: string) =>
  Number(new RegExp(`${keyword.padEnd(8)}= +(\\S+)`).exec(header.toString('latin1'))?.[1]);

describe('the truth', () => {
  test.each([
    ['normal', 0, [-0.01, 0, 0, 0.01]],
    ['flipped', 0, [0.01, 0, 0, 0.01]],
    // +y to the east.
    ['normal', 90, [0, 0.01, 0.01, 0]],
    ['flipped', 90, [0, 0.01, -0.01, 0]],
  ] as const)('%s with rotation %d has its CD matrix', (parity, rotation, expected) => {
    const header = truthHeader({ ...truth, parity, rotation });
    const found = ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].map((keyword) => card(header, keyword));
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 12);
    expect(header.length % 2880).toBe(0);
  });

  test('undistorted pixels, distorted again, are where they were', () => {
    const sip = { order: 2, a: { '2_0': 1e-3 }, b: { '1_1': -2e-3 } };
    const { x, y } = undistort({ ...truth, sip }, 33, 27);
    const [u, v] = [x - 20.5, y - 15.5];
    expect(x + 1e-3 * u * u).toBeCloseTo(33, 9);
    expect(y - 2e-3 * u * v).toBeCloseTo(27, 9);
  });
});

test('tables are read as they were written', () => {
  expect(columnsOf(tableOf({ RA: [1.5, 359.999999], DEC: [-90, 1e-9] }), ['DEC', 'RA'])).toEqual([
    [-90, 1e-9],
    [1.5, 359.999999],
  ]);
  expect(() => columnsOf(tableOf({ RA: [1] }), ['X'])).toThrow('no column X');
});

test('random numbers repeat for a seed, and have mean and spread', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 20_000 }, () => random.normal());
  };
  const numbers = draw(5);
  expect(draw(5)).toEqual(numbers);
  expect(draw(6)).not.toEqual(numbers);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length - 1)).toBeLessThan(0.05);
});

describe('a rendered sky', () => {
  /** Stands for the container: one star of magnitude 8 at pixel (11, 21). */
  const fakeRun: RunTool = async () => {
    const stars = tableOf({ RA: [10], DEC: [20], MAG_VT: [8] });
    return Buffer.concat([Buffer.from(`${stars.length}\n`), stars, tableOf({ X: [11], Y: [21] })]);
  };
  const render = () => renderSky({ truth, faintest: 9, noise: 40, level: 1500, seed: 3 }, fakeRun);

  test('has its star at the 1-based pixel, in the stored row order', async () => {
    const { pixels } = await render();
    expect(pixels.indexOf(Math.max(...pixels))).toBe(20 * 40 + 10);
  });

  test('is the same each time', async () => {
    expect((await render()).pixels).toEqual((await render()).pixels);
  });

  test('keeps its counts in PGM, FITS and PNG', async () => {
    const sky = await render();
    const at = 20 * 40 + 10;
    const counts = sky.pixels[at] as number;
    const pgm = pgm16(sky);
    expect(pgm.readUInt16BE(pgm.length - 2 * (sky.pixels.length - at))).toBe(counts);
    expect(fits(sky, 16).readInt16BE(2880 + 2 * at)).toBe(counts - 32_768);
    expect(fits(sky, -64).readDoubleBE(2880 + 8 * at) * 65_535).toBeCloseTo(counts, 6);
    const file = png(sky, 'grey16');
    const rows = inflateSync(file.subarray(file.indexOf('IDAT') + 4, file.length - 16));
    expect(rows.readUInt16BE(20 * (1 + 2 * 40) + 1 + 2 * 10)).toBe(counts);
  });
});
