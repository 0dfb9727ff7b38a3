// Programs that take every moment of every core: a service that wants one gets it.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cpuShares } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { until } from '../solver-under-test.js';
import { type AttackedSolver, startAttackedSolver } from './attacked-solver.js';
import { type Box, python, startBox } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig } from './weaken.js';

/** Weight of a container that asks for nothing. */
const ordinary = 1024;
/** Both on one core, the first that this process may use: otherwise there is nothing to share. */
const core = /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
const onOneCore = withHostConfig({ CpusetCpus: core });
const weighing = (CpuShares: number) => all(onOneCore, withHostConfig({ CpuShares }));

/** Burns, and prints now and then: the clock that all processes share, and its own time on a core, in seconds. */
const burn = `
import time
while True:
    for _ in range(200000): pass
    print(time.clock_gettime(time.CLOCK_MONOTONIC), time.process_time(), flush=True)
`;

/** Seconds on a core that are compared: many of the kernel's turns. */
const compared = 1;

type Sample = readonly [clock: number, used: number];
const samplesOf = (box: Box): Sample[] =>
  box
    .printed()
    .stdout.split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number) as unknown as Sample);

/** Time on a core that the hog got for each second that the competitor got, both wanting all of one core. */
async function hogShare(shares: number): Promise<number> {
  await using hog = await startBox(python(burn), { weaken: weighing(shares) });
  await until(async () => samplesOf(hog).length > 1, 30_000);
  await using competitor = await startBox(python(burn), { weaken: weighing(ordinary) });
  const usedBy = (samples: Sample[]) => (samples.at(-1)?.[1] ?? 0) - (samples[0]?.[1] ?? 0);
  await until(async () => usedBy(samplesOf(competitor)) > compared, 60_000);
  const theirs = samplesOf(competitor);
  // The hog may have its next turn, and so its next line, much later.
  const end = theirs.at(-1)?.[0] ?? 0;
  await until(async () => (samplesOf(hog).at(-1)?.[0] ?? 0) > end, 60_000);
  const start = theirs[0]?.[0] ?? 0;
  const within = samplesOf(hog).filter(([clock]) => clock >= start && clock <= end);
  return usedBy(within) / usedBy(theirs);
}

test('a busy sandbox steps back for an ordinary container on the same core', async () => {
  const held = await hogShare(cpuShares);
  const weak = await hogShare(ordinary);
  // 1/8 and 1 by the weights.
  expect(held).toBeLessThan(0.4);
  expect(weak).toBeGreaterThan(0.6);
  const percent = (share: number) => `${Math.round((100 * share) / (1 + share))} %`;
  record({
    attack: 'cpu-hog',
    control: 'CPU weight',
    held: `a busy loop gets ${percent(held)} of a core that an ordinary container wants, too`,
    weakened: `with equal weight ${percent(weak)}`,
    second: 'time limit of the attempt (fork-bomb)',
  });
}, 180_000);

const hogs = 2 * availableParallelism();
const spin = python('print(1, flush=True)\nwhile True: pass');

/** The 99th of 100 waits for an answer of the solver beside `hogs` busy sandboxes, in ms. */
async function slowAnswerMs({ status }: AttackedSolver, CpuShares: number): Promise<number> {
  await using boxes = new AsyncDisposableStack();
  for (let i = 0; i < hogs; i++) {
    const hog = boxes.use(await startBox(spin, { weaken: withHostConfig({ CpuShares }) }));
    await until(async () => hog.printed().stdout !== '', 30_000);
  }
  const waits: number[] = [];
  for (let i = 0; i < 100; i++) {
    const asked = performance.now();
    await status();
    waits.push(performance.now() - asked);
  }
  return waits.sort((a, b) => a - b)[98] as number;
}

test('the solver answers while every core has two busy sandboxes', async () => {
  await using solver = await startAttackedSolver();
  const held = await slowAnswerMs(solver, cpuShares);
  // Far from what a quiet machine needs, and far from an event loop that stands still.
  expect(held).toBeLessThan(2000);
  // No bound: where the engine gives its containers one weight together, theirs among each other say nothing here.
  const weak = await slowAnswerMs(solver, ordinary);
  record({
    attack: 'cpu-hog',
    control: 'a solver that parses no picture, and the CPU weight',
    held: `${hogs} busy sandboxes: 99 of 100 answers within ${Math.round(held)} ms`,
    weakened: `with equal weight within ${Math.round(weak)} ms: the weight counts among containers, and this solver is none`,
    second: 'the kernel, which shares cores among all processes',
  });
  expect(await solver.harm()).toEqual([]);
}, 150_000);
