// As many processes and threads as one can get: the host's table of processes is everybody's.
import { pidsLimit } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { baseImage } from '../environment.js';
import { obedient } from '../scripts.js';
import { scripted, solve, startSolver, until } from '../solver-under-test.js';
import { engine, python, report, shell, startBox, withProgram } from './box.js';
import { record } from './evidence.js';
import { withHostConfig } from './weaken.js';

/** Just above the limit, so that the attack is bounded by itself. */
const wanted = pidsLimit + 6;
const aboveLimit = withHostConfig({ PidsLimit: wanted + 8 });

const processes = `
import os, signal, time
made = []
try:
    while len(made) < ${wanted}:
        pid = os.fork()
        if pid == 0:
            time.sleep(60)
        made.append(pid)
except BlockingIOError:
    pass
print(len(made), flush=True)
for pid in made: os.kill(pid, signal.SIGKILL)
`;

const threads = `
import threading
stop = threading.Event()
threading.stack_size(131072)
made = 0
try:
    while made < ${wanted}:
        threading.Thread(target=stop.wait, daemon=True).start()
        made += 1
except RuntimeError:
    pass
print(made, flush=True)
stop.set()
`;

test.each([
  ['processes', processes],
  ['threads', threads],
])('there are never more than the limit of %s', async (what, script) => {
  const made = await report<number>(python(script));
  expect(made).toBeLessThan(pidsLimit);
  expect(made).toBeGreaterThan(pidsLimit / 2);
  const weakened = await report<number>(python(script), { weaken: aboveLimit });
  expect(weakened).toBe(wanted);
  record({
    attack: 'fork-bomb',
    control: 'pids limit',
    held: `${made} of ${wanted} ${what} made, then EAGAIN`,
    weakened: `${weakened} of ${wanted} made`,
  });
});

/** Every process makes as many as it can, and never ends. */
const bomb = `
import os
while True:
    try: os.fork()
    except OSError: pass
`;

test('a bomb that never stops has its count bounded, and other sandboxes still work', async () => {
  await using box = await startBox(python(bomb));
  await using neighbour = await startBox(shell('echo alive'), { image: baseImage });
  expect((await neighbour.ended(20_000)).stdout).toBe('alive\n');
  const { State } = await engine.inspect(box.id);
  expect(State.Running).toBe(true);
  expect((await box.ended(1)).exitCode).toBe(137);
});

test('an attempt with a bomb ends at its time limit, its sandbox goes, and the next attempt is answered', async () => {
  let program = withProgram(python(bomb));
  await using solver = await startSolver({ overrides: { specFor: (id, spec) => program(id, spec) } });
  const upload = Buffer.alloc(1000);
  const attempt = await solve(solver.api.solver, upload, { limits: { maxSeconds: 1 } });
  expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('timeout');
  await until(async () => (await solver.sandboxNames()).length === 0, 10_000);
  program = scripted(baseImage, obedient);
  const next = await solve(solver.api.solver, upload);
  expect(next.events.at(-1)?.outcome?.result).toBe('notSolved');
}, 60_000);
