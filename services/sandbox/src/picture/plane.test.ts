import { describe, expect, test } from '@jest/globals';
import { removeHotPixels } from './hot-pixels.js';
import { binPlane, type Plane, unbin } from './plane.js';

const planeOf = (width: number, height: number, at: (x: number, y: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
});

describe('binning', () => {
  test('takes means of whole blocks and leaves out what does not fill one', () => {
    const binned = binPlane(
      planeOf(5, 4, (x, y) => x + 10 * y),
      2,
    );
    expect(binned).toEqual({ width: 2, height: 2, data: Float32Array.of(5.5, 7.5, 25.5, 27.5) });
  });

  test('gives back coordinates whose pixel centres are integers from 1', () => {
    // The centre of the first block of 2 x 2 lies between pixels 1 and 2.
    expect(unbin(1, 2)).toBe(1.5);
    expect(unbin(3, 4)).toBe(10.5);
    expect(unbin(7.25, 1)).toBe(7.25);
  });
});

describe('hot pixels', () => {
  const noise = (x: number, y: number) => 100 + ((x * 7919 + y * 104_729) % 11) - 5;
  const star = (sigma: number) => (x: number, y: number) =>
    noise(x, y) + 5000 * Math.exp(-((x - 20) ** 2 + (y - 20) ** 2) / (2 * sigma ** 2));

  const quiet = new AbortController().signal;

  test('a pixel that stands alone goes to the level around it', async () => {
    const plane = planeOf(40, 40, (x, y) => (x === 20 && y === 20 ? 60_000 : noise(x, y)));
    expect(await removeHotPixels(plane, quiet)).toBe(1);
    expect(plane.data[20 * 40 + 20]).toBeCloseTo(100, -1);
  });

  test('two hot pixels side by side both go', async () => {
    const plane = planeOf(40, 40, (x, y) => ((x === 20 || x === 21) && y === 20 ? 60_000 : noise(x, y)));
    expect(await removeHotPixels(plane, quiet)).toBe(2);
  });

  test.each([
    [0, 0],
    [39, 17],
    [5, 1],
    [39, 39],
  ])('a hot pixel at the edge (%d, %d) goes too', async (hotX, hotY) => {
    const plane = planeOf(40, 40, (x, y) => (x === hotX && y === hotY ? 60_000 : noise(x, y)));
    expect(await removeHotPixels(plane, quiet)).toBe(1);
  });

  test('a star between four pixels stays as it is', async () => {
    const between = (x: number, y: number) => noise(x, y) + 5000 * Math.exp(-((x - 20.5) ** 2 + (y - 20.5) ** 2) / 0.4);
    expect(await removeHotPixels(planeOf(40, 40, between), quiet)).toBe(0);
  });

  test.each([0.45, 0.8, 1.5, 3])('a star of sigma %d stays as it is', async (sigma) => {
    const plane = planeOf(40, 40, star(sigma));
    const before = plane.data.slice();
    expect(await removeHotPixels(plane, quiet)).toBe(0);
    expect(plane.data).toEqual(before);
  });

  test('steps of a flat, compressed sky are no hot pixels', async () => {
    const flat = (x: number, y: number) => 38 + (x % 5 === 0 && y % 5 === 0 ? 1 : 0) + (x === 9 && y === 9 ? 200 : 0);
    expect(await removeHotPixels(planeOf(40, 40, flat), quiet)).toBe(1);
  });

  test('a picture smaller than the ring is left alone', async () => {
    expect(
      await removeHotPixels(
        planeOf(3, 3, () => 1),
        quiet,
      ),
    ).toBe(0);
  });

  test('stops in the middle of a picture of nothing but single pixels', async () => {
    const plane = planeOf(4096, 512, (x, y) => (x % 3 === 1 && y % 3 === 1 ? 60_000 : 0));
    const deadline = new AbortController();
    const removal = removeHotPixels(plane, deadline.signal);
    setImmediate(() => deadline.abort(new Error('time is over')));
    await expect(removal).rejects.toThrow('time is over');
    expect(plane.data.at(-4096 + 1)).toBe(60_000);
  });
});
