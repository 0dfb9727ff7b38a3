import { describe, expect, test } from '@jest/globals';
import { race } from './race.js';
import { recipesFor } from './recipe.js';

describe('recipes', () => {
  const names = (width: number, height: number, downsample?: number) =>
    recipesFor({ width, height }, downsample).map(({ name }) => name);

  test('two ways to find stars start at once; others follow', () => {
    const usual = names(800, 600);
    expect(usual.slice(0, 2)).toEqual(['source-extractor sigma 8 bin 2 FLUX_MAX', 'peaks sigma 8 bin 1']);
    expect(usual.length).toBeGreaterThan(4);
  });

  test('a small picture is not binned, and no recipe stands twice', () => {
    const small = names(300, 200);
    expect(small.every((name) => name.includes('bin 1'))).toBe(true);
    expect(new Set(small).size).toBe(small.length);
  });

  test('a large picture is binned by what a JPEG decoder can do by itself', () => {
    for (const [width, height] of [
      [3000, 3000],
      [4000, 3000],
      [6000, 4000],
    ] as const)
      expect(names(width, height)[0]).toContain('bin 8 ');
  });

  test.each([800, 3000, 9000, 20_000, 65_535])(
    'a square of %d pixels a side never makes a plane over 64 MB',
    (side) => {
      for (const downsample of [undefined, 1, 16])
        for (const { binning } of recipesFor({ width: side, height: side }, downsample))
          expect((side / binning) ** 2 * 4).toBeLessThanOrEqual(64_000_000);
    },
  );

  test('a downsample hint holds for every recipe', () => {
    expect(names(3000, 2000, 3).every((name) => name.includes('bin 3'))).toBe(true);
  });
});

describe('race', () => {
  /** Ends when told to, or with nothing when it is stopped. */
  function course() {
    const finish = new Map<string, (win: string | undefined) => void>();
    const begun: string[] = [];
    const stopped: string[] = [];
    const run = (task: string, signal: AbortSignal) =>
      new Promise<string | undefined>((resolve) => {
        begun.push(task);
        const onAbort = () => {
          stopped.push(task);
          resolve(undefined);
        };
        finish.set(task, (win) => {
          signal.removeEventListener('abort', onAbort);
          resolve(win);
        });
        signal.addEventListener('abort', onAbort);
      });
    return { finish, begun, stopped, run };
  }
  const quiet = () => new AbortController().signal;
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('runs two at a time, in order; the first win stops the others', async () => {
    const { finish, begun, stopped, run } = course();
    const result = race({ tasks: ['a', 'b', 'c', 'd'], lanes: 2, run, signal: quiet() });
    await turn();
    expect(begun).toEqual(['a', 'b']);
    finish.get('b')?.(undefined);
    await turn();
    expect(begun).toEqual(['a', 'b', 'c']);
    finish.get('c')?.('won');
    expect(await result).toBe('won');
    expect(stopped).toEqual(['a']);
    expect(begun).not.toContain('d');
  });

  test('is undefined when all come to nothing', async () => {
    expect(await race({ tasks: [1, 2, 3], lanes: 2, run: async () => undefined, signal: quiet() })).toBeUndefined();
  });

  test('an abort from outside stops what runs and starts nothing more', async () => {
    const { begun, stopped, run } = course();
    const outside = new AbortController();
    const result = race({ tasks: ['a', 'b', 'c'], lanes: 2, run, signal: outside.signal });
    await turn();
    outside.abort();
    expect(await result).toBeUndefined();
    expect(stopped).toEqual(['a', 'b']);
    expect(begun).toEqual(['a', 'b']);
  });

  test('an error of a task comes out after the others have been stopped', async () => {
    const { stopped, run } = course();
    const broken = (task: string, signal: AbortSignal) =>
      task === 'bad' ? Promise.reject(new Error('broken')) : run(task, signal);
    await expect(race({ tasks: ['good', 'bad'], lanes: 2, run: broken, signal: quiet() })).rejects.toThrow('broken');
    expect(stopped).toEqual(['good']);
  });
});
