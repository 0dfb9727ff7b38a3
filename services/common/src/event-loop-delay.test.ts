import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { watchEventLoop } from './event-loop-delay.js';

test('a loop that was held up says for how long', async () => {
  using watch = watchEventLoop();
  // The timer that measures runs once before and once after. On a busy machine the first turn may be over before it ran.
  await after(50);
  await after(50);
  const end = performance.now() + 300;
  while (performance.now() < end);
  await after(50);
  await after(50);
  const { medianSeconds, p99Seconds, maxSeconds } = watch.figures();
  expect(maxSeconds).toBeGreaterThan(0.25);
  expect(p99Seconds).toBeGreaterThan(0.25);
  expect(medianSeconds).toBeLessThan(0.25);
});

test('a watch that has measured nothing yet says zero', () => {
  using watch = watchEventLoop();
  expect(watch.figures()).toEqual({ medianSeconds: 0, p99Seconds: 0, maxSeconds: 0 });
});
