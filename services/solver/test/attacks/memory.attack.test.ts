// More memory than the limit: by one program, by files in memory, and by a child whose loss must not cost the answer.
import { memoryBytes, tmpfsBytes } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { notSolved, printEvent } from '../scripts.js';
import { solve, startSolver, until } from '../solver-under-test.js';
import { engine, python, run, shell, startBox, withProgram } from './box.js';
import { record } from './evidence.js';
import { withHostConfig } from './weaken.js';

const MiB = 1024 * 1024;
const aboveMiB = memoryBytes / MiB + 64;
/** Never much more than the limit, so that the host is in no danger. */
const raised = Math.floor((memoryBytes * 1.1) / MiB) * MiB;
const aboveLimit = withHostConfig({ Memory: raised, MemorySwap: raised });

/** Takes `mib` MiB, really: each page is written. */
const take = (mib: number) => `
import mmap
kept = []
for _ in range(${mib} // 32):
    kept.append(mmap.mmap(-1, 32 * 1024 * 1024))
    for page in range(0, 32 * 1024 * 1024, 4096): kept[-1][page] = 1
print('took ${mib}')
`;

test('64 MiB above the limit are not to be had', async () => {
  const held = await run(python(take(aboveMiB)), { timeoutMs: 40_000 });
  expect(held).toMatchObject({ oomKilled: true, exitCode: 137, stdout: '' });
  const weak = await run(python(take(aboveMiB)), { weaken: aboveLimit, timeoutMs: 40_000 });
  expect(weak).toMatchObject({ oomKilled: false, exitCode: 0, stdout: `took ${aboveMiB}\n` });
  record({
    attack: 'memory',
    control: 'memory limit',
    held: `killed below ${memoryBytes / MiB} MiB`,
    weakened: `${aboveMiB} MiB taken`,
  });
}, 90_000);

test('files in the tmpfs count', async () => {
  const filesMiB = (2 * tmpfsBytes) / MiB - 32;
  const restMiB = aboveMiB - filesMiB;
  const fill = (mib: number) => `
for path in ('/job/x', '/tmp/x'):
    with open(path, 'wb') as file:
        for _ in range(${mib} // 2): file.write(bytes(1024 * 1024))
`;
  const held = await run(python(fill(filesMiB) + take(restMiB)), { timeoutMs: 40_000 });
  expect(held).toMatchObject({ oomKilled: true, exitCode: 137 });
  const alone = await run(python(take(restMiB)), { timeoutMs: 40_000 });
  expect(alone).toMatchObject({ oomKilled: false, exitCode: 0 });
  const weak = await run(python(fill(filesMiB) + take(restMiB)), { weaken: aboveLimit, timeoutMs: 40_000 });
  expect(weak).toMatchObject({ oomKilled: false, exitCode: 0 });
  record({
    attack: 'memory',
    control: 'memory limit',
    held: `${filesMiB} MiB of files and ${restMiB} MiB beside them: killed`,
    weakened: 'both fit',
  });
}, 120_000);

test('an attempt that takes all memory ends as memory_limit, and its sandbox goes', async () => {
  await using solver = await startSolver({ overrides: { specFor: withProgram(python(take(aboveMiB))) } });
  const attempt = await solve(solver.api.solver, Buffer.alloc(1000));
  expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('memory_limit');
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
  expect(solver.service.context.admission.running).toBe(0);
}, 60_000);

/** A child takes too much and is killed; the parent makes sure of that, then answers. */
const losingChild = `
/usr/bin/python3 -I -S -c '${take(aboveMiB)}'
[ $? -eq 137 ] || exit 3
`;

test('a valid answer counts although a child was killed for its memory', async () => {
  await using box = await startBox(shell(`${losingChild}\necho killed; cat >/dev/null`));
  await until(async () => box.printed().stdout.includes('killed'), 40_000);
  // The engine says OOMKilled of the container: it is no sign of a lost attempt.
  await until(async () => (await engine.inspect(box.id)).State.OOMKilled, 5_000);

  const script = `${losingChild}\n${printEvent('outcome', notSolved)}; cat >/dev/null`;
  await using solver = await startSolver({ overrides: { specFor: withProgram(shell(script)) } });
  const attempt = await solve(solver.api.solver, Buffer.alloc(1000));
  expect(attempt.events.at(-1)?.outcome?.result).toBe('notSolved');
}, 120_000);
