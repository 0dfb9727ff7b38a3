// More output than anyone asked for, in every form: the solver counts while it reads, and ends the attempt.
import { expect, test } from '@jest/globals';
import { stderrTailBytes, stdoutBytes } from '../../src/limits.js';
import { baseImage } from '../environment.js';
import { notSolved, printEvent } from '../scripts.js';
import { type Attempt, scripted, solve, startSolver, until } from '../solver-under-test.js';
import { python, startBox, withProgram } from './box.js';
import { record } from './evidence.js';

const MiB = 1024 * 1024;
/** What a process of the test may grow by, in heap and buffers, while gigabytes could come. */
const growthBytes = 160 * MiB;

/** Runs one attempt and measures what the solver, which is this process, held at most. */
async function attack(argv: readonly string[] | string, maxSeconds: number): Promise<Attempt & { grewBy: number }> {
  const specFor = typeof argv === 'string' ? scripted(baseImage, argv) : withProgram(argv);
  await using solver = await startSolver({ overrides: { specFor } });
  const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const before = held();
  let grewBy = 0;
  const watching = setInterval(() => {
    grewBy = Math.max(grewBy, held() - before);
  }, 20);
  const attempt = await solve(solver.api.solver, Buffer.alloc(1000), { limits: { maxSeconds } });
  clearInterval(watching);
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
  await until(async () => solver.service.context.admission.running === 0, 5_000);
  return { ...attempt, grewBy };
}

const ending = ({ events, error }: Attempt) =>
  error?.message ?? events.at(-1)?.outcome?.failure?.code ?? events.at(-1)?.outcome?.result;

const progress = { stage: 'STAGE_DECODE', detail: 'x'.repeat(200), elapsedSeconds: 1 };

test.each<[string, string, string]>([
  ['bytes that are no events', 'yes', 'solver_failed'],
  ['zero bytes', 'cat /dev/zero', 'solver_failed'],
  ['valid events without end', `while :; do ${printEvent('progress', progress)}; done`, 'output_limit'],
  ['one event that never ends', "printf 'P\\000\\017\\377\\377'; cat /dev/zero", 'solver_failed'],
  ['an event that claims 4 GiB', "printf 'P\\377\\377\\377\\377'; cat /dev/zero", 'solver_failed'],
  ['both streams at once', 'yes >&2 & yes', 'solver_failed'],
])(
  '%s on stdout end the attempt',
  async (what, script, expected) => {
    const attempt = await attack(script, 20);
    expect(ending(attempt)).toBe(expected);
    expect(attempt.grewBy).toBeLessThan(growthBytes);
    record({
      attack: 'output-flood',
      control: "the solver's counters",
      held: `${what}: ${expected}, the solver holds ${Math.ceil(attempt.grewBy / MiB)} MiB more at most`,
      weakened: 'see the raw flood',
    });
  },
  40_000,
);

test('stderr without end ends the attempt at its time limit, and only its tail is kept', async () => {
  const attempt = await attack('yes >&2', 2);
  expect(ending(attempt)).toBe('timeout');
  expect(attempt.grewBy).toBeLessThan(growthBytes);
  record({
    attack: 'output-flood',
    control: `tail of ${stderrTailBytes} bytes, time limit`,
    held: `stderr without end: timeout, the solver holds ${Math.ceil(attempt.grewBy / MiB)} MiB more at most`,
    weakened: 'see the raw flood',
  });
}, 40_000);

test('a flood behind a valid outcome neither stays nor hurts', async () => {
  const attempt = await attack(`head -c 12 >/dev/null; ${printEvent('outcome', notSolved)}; yes`, 20);
  // What comes in one piece with the outcome is judged with it.
  expect(['notSolved', 'solver_failed']).toContain(ending(attempt));
  expect(attempt.grewBy).toBeLessThan(growthBytes);
}, 40_000);

test('a reader without the counters gets all of it', async () => {
  // Bounded by itself, at twice what the solver takes.
  const mib = (2 * stdoutBytes) / MiB;
  const script = python(`import os\nfor _ in range(${mib}): os.write(1, b'y' * ${MiB})`);
  await using box = await startBox(script);
  const { stdout } = await box.ended();
  expect(stdout.length).toBeGreaterThan(stdoutBytes);
  record({
    attack: 'output-flood',
    control: "the solver's counters",
    held: `no more than ${stdoutBytes / MiB} MiB of stdout are read`,
    weakened: `a raw flood of ${mib} MiB, read without them, is held whole: ${Math.floor(stdout.length / MiB)} MiB`,
  });
});
