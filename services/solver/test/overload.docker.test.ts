// Ten times as many attempts as may run and wait, all at once.
import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { baseImage } from './environment.js';
import { notSolved, printEvent } from './scripts.js';
import { scripted, solve, startSolver, until } from './solver-under-test.js';

const upload = Buffer.alloc(1000);
const [slots, waiting] = [2, 3];
/** Takes long enough that the burst is over before the first slot comes back. */
const slow = `head -c 12 >/dev/null; sleep 1; ${printEvent('outcome', notSolved)}; cat >/dev/null`;

test('a burst of ten times what is allowed: never more sandboxes than slots, the rest refused at once, all permits back', async () => {
  await using solver = await startSolver({
    env: { SOLVER_SLOTS: String(slots), SOLVER_MAX_WAITING: String(waiting) },
    overrides: { specFor: scripted(baseImage, slow) },
  });
  const { admission, inFlight } = solver.service.context;
  const seen: number[] = [];
  const burst = Array.from({ length: 10 * (slots + waiting) }, async () => {
    const begun = performance.now();
    const { events, error } = await solve(solver.api.solver, upload);
    return {
      ms: performance.now() - begun,
      // Beyond the streams that one client may have open, it is HTTP/2 that refuses, with the same status and no trailer.
      word: error?.code === status.RESOURCE_EXHAUSTED ? 'busy' : events.at(-1)?.event,
    };
  });
  let isOver = false;
  const all = Promise.all(burst).finally(() => {
    isOver = true;
  });
  while (!isOver) seen.push((await solver.allSandboxNames()).length);
  const ended = await all;
  const of = (wanted: string) => ended.filter(({ word }) => word === wanted);
  expect(of('outcome').length + of('busy').length).toBe(ended.length);
  expect(of('outcome').length).toBeGreaterThanOrEqual(slots + waiting);
  expect(of('busy').length).toBeGreaterThan(0);
  // Whoever is let in waits for a program that sleeps; whoever is refused waits for nothing.
  const longestRefusal = Math.max(...of('busy').map(({ ms }) => ms));
  expect(longestRefusal).toBeLessThan(Math.min(...of('outcome').map(({ ms }) => ms)));
  expect(Math.max(...seen)).toBe(slots);
  await until(async () => inFlight.size === 0, 10_000);
  expect([admission.running, admission.waiting]).toEqual([0, 0]);

  const again = await Promise.all(Array.from({ length: slots + waiting }, () => solve(solver.api.solver, upload)));
  expect(again.map(({ events }) => events.at(-1)?.event)).toEqual(Array(slots + waiting).fill('outcome'));
}, 120_000);
