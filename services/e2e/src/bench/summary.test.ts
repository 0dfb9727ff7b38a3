import { expect, test } from '@jest/globals';
import { figuresOf, geomeansOf, geometricMean, median, quantile, type Run, tableOf } from './summary.js';

const run = (way: string, seconds: number, more: Partial<Run> = {}): Run => ({
  picture: 'a',
  way,
  kind: 'blind',
  cold: false,
  seconds,
  solved: true,
  cpuSeconds: 1,
  peakBytes: 10,
  ...more,
});

test('medians, quantiles and geometric means', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
  expect(geometricMean([1, 4])).toBeCloseTo(2);
});

test('ratios pair the runs in order and leave the cold one out', () => {
  const runs = [
    run('astrogate', 100, { cold: true }),
    run('docker_run', 1, { cold: true }),
    ...[1, 2, 9].map((seconds) => run('astrogate', seconds)),
    ...[10, 10, 10].map((seconds) => run('docker_run', seconds)),
  ];
  const [figures] = figuresOf(runs);
  expect(figures?.ratios).toEqual({ vs_docker_run: 0.2 });
  expect(figures?.ways.astrogate).toMatchObject({ median_seconds: 2, cold_seconds: 100, solved: true });
  expect(geomeansOf(figuresOf(runs))).toEqual({ blind: { vs_docker_run: expect.closeTo(0.2) } });
  expect(tableOf(figuresOf(runs))).toContain('| a | blind | 2.00 | 10.00 | 0.200 |');
});

test('what one way did not solve has no ratio, and the table says so', () => {
  const figures = figuresOf([run('astrogate', 1), run('docker_run', 5, { solved: false })]);
  expect(figures[0]?.ratios).toEqual({});
  expect(tableOf(figures)).toContain('5.00 (not solved)');
});
