// Programs that will not go: every signal that can be ignored, blocked or stopped on is.
import { expect, test } from '@jest/globals';
import { solve, startSolver, until } from '../solver-under-test.js';
import { engine, engineCall, python, startBox, withProgram } from './box.js';
import { record } from './evidence.js';

const maxSeconds = 1;

const ignoreAll = `
import os, signal, sys, time
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
`;
const blockAll = `
import os, signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
`;
const stay = "print('here', file=sys.stderr, flush=True)\nwhile True: time.sleep(1)\n";
const spin = "print('here', file=sys.stderr, flush=True)\nwhile True: pass\n";

test.each([
  ['that ignores all signals', ignoreAll + stay],
  ['that blocks all signals', blockAll + stay],
  ['that computes for ever', ignoreAll + spin],
  [
    'whose stopped child keeps its output open',
    `${ignoreAll}\nif os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)\n${stay}`,
  ],
  [
    'whose child computes in a stopped parent',
    `${ignoreAll}\nif os.fork() == 0: os.kill(os.getppid(), signal.SIGSTOP)\n${spin}`,
  ],
])(
  'a program %s is gone soon after its time limit',
  async (what, script) => {
    await using solver = await startSolver({ overrides: { specFor: withProgram(python(script)) } });
    const attempt = await solve(solver.api.solver, Buffer.alloc(1000), { limits: { maxSeconds } });
    expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('timeout');
    expect(await until(async () => (await solver.sandboxNames()).length === 0, 10_000)).toBeLessThan(5_000);

    await using box = await startBox(python(script));
    await until(async () => box.printed().stderr.includes('here'), 10_000);
    expect((await engineCall('POST', `/containers/${box.id}/kill?signal=TERM`)).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await engine.inspect(box.id)).State.Running).toBe(true);
    record({
      attack: 'ignored-signals',
      control: 'SIGKILL from outside, time limit',
      held: `a program ${what}: timeout, sandbox gone`,
      weakened: 'asked with SIGTERM it still runs',
    });
  },
  30_000,
);
