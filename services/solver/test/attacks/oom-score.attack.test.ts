// Short of memory, the kernel of the host kills the process with the highest score: a sandbox, not a service.
import { readFileSync } from 'node:fs';
import { oomScoreAdj } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { until } from '../solver-under-test.js';
import { engine, python, startBox, type Weaken } from './box.js';
import { record } from './evidence.js';
import { withHostConfig } from './weaken.js';

/** A fork, too: what a program starts inherits the score. Both hold the same memory, and wait to be looked at. */
const hold = `
import os, sys
held = bytearray(32 << 20)
os.fork()
os.write(1, b'ready\\n')
sys.stdin.read(1)
`;

/** What the kernel would go by, of the process `pid` of the host; the engine runs on this machine. */
const scoreOf = (pid: number) => Number(readFileSync(`/proc/${pid}/oom_score`, 'utf8'));

/** Scores of the first process of a box and of its child. */
async function scores(weaken: Weaken = () => {}): Promise<number[]> {
  await using box = await startBox(python(hold), { weaken });
  await until(async () => box.printed().stdout.split('ready').length > 2, 20_000);
  const { Pid } = (await engine.inspect(box.id)).State as unknown as { Pid: number };
  const children = readFileSync(`/proc/${Pid}/task/${Pid}/children`, 'utf8').trim().split(' ').map(Number);
  return [Pid, ...children].map(scoreOf);
}

test('every process of a sandbox is killed before an ordinary one', async () => {
  const held = await scores();
  const service = scoreOf(process.pid);
  expect(held).toHaveLength(2);
  const weak = await scores(withHostConfig({ OomScoreAdj: 0 }));
  // The kernel scales the adjustment by two thirds in what it shows: half of it is far from what 32 MiB make.
  for (const score of held) expect(score).toBeGreaterThan(service);
  for (const [index, score] of weak.entries()) expect((held[index] as number) - score).toBeGreaterThan(oomScoreAdj / 2);
  record({
    attack: 'oom-score',
    control: 'OOM score adjustment',
    held: `scores ${held.join(' and ')}; this test's own process, which is larger, has ${service}`,
    weakened: `scores ${weak.join(' and ')} for the same memory`,
    second: 'memory limit: a sandbox is killed within its own first (memory)',
  });
});
