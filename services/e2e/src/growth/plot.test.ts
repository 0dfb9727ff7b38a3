import { expect, test } from '@jest/globals';
import { drawPanels, ticks } from './plot.js';

test.each([
  [[0.37], [0, 0.1, 0.2, 0.3, 0.4]],
  [
    [3, 24],
    [0, 5, 10, 15, 20, 25],
  ],
  [[1000], [0, 200, 400, 600, 800, 1000]],
  [[0.012], [0, 0.0025, 0.005, 0.0075, 0.01, 0.0125]],
])('ticks of %j go from nothing to a round number above', (values, expected) => {
  expect(ticks(values)).toEqual(expected);
});

test('every point is drawn within the picture, and texts are safe', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 24, y: 3 },
  ];
  const panel = { title: 'a < b & c', xLabel: 'x', yLabel: 'y', points };
  const svg = drawPanels([panel, panel, panel], 'caption');
  expect(svg.match(/<circle/g)).toHaveLength(6);
  expect(svg).toContain('a &lt; b &amp; c');
  // Bottom left of the frame for the first, and below the top edge at 24 of 25 for the second.
  expect(svg).toContain('cx="56.0" cy="256.0"');
  expect(svg).toContain('cx="409.3" cy="52.0"');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
