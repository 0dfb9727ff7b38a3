import { expect, test } from '@jest/globals';
import { estimatedWaitSeconds } from './queue-place.js';

test.each([
  [{ position: 1, slots: 1, runSeconds: 4 }, 4],
  [{ position: 6, slots: 2, runSeconds: 0.5 }, 2],
  [{ position: 1, slots: 8, runSeconds: 0.5 }, 1],
  [{ position: 100, slots: 4, runSeconds: 2 }, 50],
])('%j waits %i seconds', (waiting, seconds) => {
  expect(estimatedWaitSeconds(waiting)).toBe(seconds);
});

test('nothing is said when slots or run times are not known', () => {
  expect(estimatedWaitSeconds({ position: 1, slots: undefined, runSeconds: 1 })).toBeNull();
  expect(estimatedWaitSeconds({ position: 1, slots: 1, runSeconds: undefined })).toBeNull();
});

test('is what a queue with such run times shows in the mean', () => {
  // Run times by a linear congruence (Lehmer, modulus 2^31 - 1), exponentially distributed with mean 3.
  let state = 7;
  const runTime = () => {
    state = (state * 48_271) % 2_147_483_647;
    return -3 * Math.log(state / 2_147_483_647);
  };
  const [slots, position, courses] = [4, 10, 2000];
  let sum = 0;
  for (let course = 0; course < courses; course++) {
    const free = Array.from({ length: slots }, runTime);
    for (let ahead = 1; ahead < position; ahead++) {
      free.sort((a, b) => a - b);
      free[0] = (free[0] ?? 0) + runTime();
    }
    sum += Math.min(...free);
  }
  const estimate = estimatedWaitSeconds({ position, slots, runSeconds: 3 }) ?? 0;
  expect(Math.abs(sum / courses - estimate)).toBeLessThan(0.7);
});
