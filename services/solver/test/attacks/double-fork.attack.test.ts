// A daemon that leaves its parents behind and waits until everybody has forgotten it.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { notSolved, printEvent } from '../scripts.js';
import { solve, startSolver, until } from '../solver-under-test.js';
import { engine, python, shell, startBox, withProgram } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig, withoutSeccomp } from './weaken.js';

/** Forks twice, closes everything, ignores every signal, and carries `mark` in its command line. */
const daemon = (mark: string) => `
import os, signal, sys, time
if os.fork() == 0:
    try: os.setsid()
    except OSError: pass
    if os.fork() == 0:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
        os.closerange(0, 3)
        os.execv('/usr/bin/python3', ['python3', '-I', '-S', '-c', 'import time; time.sleep(60)', '${mark}'])
    os._exit(0)
os.wait()
`;

/** Processes of the host with `mark` in their command line; the engine runs on this machine. */
function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
        return words.includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Of the daemon with `mark`, as the host counts. */
function parentOf(mark: string): number {
  const [pid] = processesWith(mark);
  return Number(/PPid:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

const firstProcess = async (id: string) => ((await engine.inspect(id)).State as unknown as { Pid: number }).Pid;

const newMark = () => `daemon-${randomBytes(8).toString('hex')}`;

test('a daemon ends with the attempt that made it', async () => {
  const mark = newMark();
  const script = `/usr/bin/python3 -I -S -c "$0"; sleep 1; ${printEvent('outcome', notSolved)}; cat >/dev/null`;
  await using solver = await startSolver({ overrides: { specFor: withProgram([...shell(script), daemon(mark)]) } });
  const attempt = solve(solver.api.solver, Buffer.alloc(1000));
  await until(async () => processesWith(mark).length > 0, 20_000);
  expect((await attempt).events.at(-1)?.outcome?.result).toBe('notSolved');
  await until(async () => processesWith(mark).length === 0, 5_000);
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
}, 40_000);

test('when the program ends, its daemon ends, and nothing adopts it', async () => {
  const mark = newMark();
  const script = python(`${daemon(mark)}\nimport sys\nsys.stdin.read(1)`);
  await using box = await startBox(script);
  await until(async () => processesWith(mark).length === 1, 10_000);
  expect(parentOf(mark)).toBe(await firstProcess(box.id));
  await engine.signal(box.id, 'KILL');
  await box.ended();
  await until(async () => processesWith(mark).length === 0, 2_000);

  const otherMark = newMark();
  const sharing = all(withHostConfig({ PidMode: 'host' }), withoutSeccomp);
  await using weak = await startBox(python(`${daemon(otherMark)}\nimport sys\nsys.stdin.read(1)`), { weaken: sharing });
  await until(async () => processesWith(otherMark).length === 1, 10_000);
  const parent = parentOf(otherMark);
  // Somebody of the host has it now, and only the engine's sweep of the control group ends it.
  expect(readFileSync(`/proc/${parent}/cgroup`, 'utf8')).not.toContain(weak.id);
  await engine.signal(weak.id, 'KILL');
  await weak.ended();
  const survived = processesWith(otherMark).length > 0;
  expect(survived).toBe(false);
  await engine.remove(weak.id);
  for (const left of processesWith(otherMark)) process.kill(left, 'SIGKILL');
  record({
    attack: 'double-fork',
    control: 'process namespace of its own',
    held: 'the daemon dies with process 1',
    weakened: `in the host's process namespace it is adopted by process ${parent} of the host`,
    second: 'runc, which kills whatever is in the control group: the adopted daemon died, too',
  });
}, 40_000);
