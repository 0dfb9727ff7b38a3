// More memory than the limit: by one program, by files in memory, and by a child whose loss must not cost the answer.
import { memoryBytes } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { notSolved, printEvent } from '../scripts.js';
import { solve, startSolver, until } from '../solver-under-test.js';
import { python, run, shell, withProgram } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig } from './weaken.js';

const MiB = 1024 * 1024;
const limitMiB = memoryBytes / MiB;
const limited = (mib: number) => withHostConfig({ Memory: mib * MiB, MemorySwap: mib * MiB });
/** Never much more than the limit, so that the host is in no danger. */
const raised = (mib: number) => limited(Math.floor(mib * 1.1));
/** For what needs no more to be seen: a machine that is busy takes long to hand out gigabytes. */
const smallMiB = 256;

/** Takes `mib` MiB, really: each page is written. */
const take = (mib: number) => `
import mmap
kept = []
for _ in range(${mib} // 8):
    kept.append(mmap.mmap(-1, 8 * 1024 * 1024))
    for page in range(0, 8 * 1024 * 1024, 4096): kept[-1][page] = 1
print("took ${mib}")
`;

test('64 MiB above the limit are not to be had', async () => {
  const aboveMiB = limitMiB + 64;
  // With the weight of an ordinary container, which has nothing to do with memory.
  const quick = withHostConfig({ CpuShares: 1024 });
  const script = python(take(aboveMiB));
  const held = await run(script, { weaken: quick, timeoutMs: 80_000 });
  expect(held).toMatchObject({ oomKilled: true, exitCode: 137, stdout: '' });
  const weak = await run(script, { weaken: all(quick, raised(limitMiB)), timeoutMs: 80_000 });
  expect(weak).toMatchObject({ oomKilled: false, exitCode: 0, stdout: `took ${aboveMiB}\n` });
  record({
    attack: 'memory',
    control: 'memory limit',
    held: `killed before it has ${aboveMiB} MiB`,
    weakened: `${aboveMiB} MiB taken`,
  });
}, 200_000);

test('files in the tmpfs count', async () => {
  const [filesMiB, restMiB] = [80, 112];
  const fill = `
for path in ('/job/x', '/tmp/x'):
    with open(path, 'wb') as file:
        for _ in range(${filesMiB}): file.write(bytes(1024 * 1024))
`;
  const held = await run(python(fill + take(restMiB)), { weaken: limited(smallMiB) });
  expect(held).toMatchObject({ oomKilled: true, exitCode: 137 });
  const alone = await run(python(take(restMiB)), { weaken: limited(smallMiB) });
  expect(alone).toMatchObject({ oomKilled: false, exitCode: 0 });
  const weak = await run(python(fill + take(restMiB)), { weaken: limited(smallMiB + 48) });
  expect(weak).toMatchObject({ oomKilled: false, exitCode: 0 });
  record({
    attack: 'memory',
    control: 'memory limit',
    held: `at ${smallMiB} MiB: ${2 * filesMiB} MiB of files and ${restMiB} MiB beside them: killed`,
    weakened: `at ${smallMiB + 48} MiB both fit`,
  });
});

/** The solver's own spec with another program and less memory. */
const withLess =
  (argv: readonly string[]): ReturnType<typeof withProgram> =>
  (sandboxId, spec) => {
    const { name, body } = withProgram(argv)(sandboxId, spec);
    const HostConfig = { ...body.HostConfig, Memory: smallMiB * MiB, MemorySwap: smallMiB * MiB };
    return { name, body: { ...body, HostConfig } };
  };

test('an attempt that takes all memory ends as memory_limit, and its sandbox goes', async () => {
  await using solver = await startSolver({ overrides: { specFor: withLess(python(take(smallMiB + 64))) } });
  const attempt = await solve(solver.api.solver, Buffer.alloc(1000));
  expect(attempt.events.at(-1)?.outcome?.failure?.code).toBe('memory_limit');
  await until(async () => (await solver.sandboxNames()).length === 0, 10_000);
  await until(async () => solver.service.context.admission.running === 0, 5_000);
});

/** A child takes too much and is killed; the parent makes sure of that, and goes on. */
const losingChild = `
/usr/bin/python3 -I -S -c '${take(smallMiB + 64)}' >/dev/null
[ $? -eq 137 ] || exit 3
`;

test('a valid answer counts although a child was killed for its memory', async () => {
  const alone = await run(shell(`${losingChild}\necho killed`), { weaken: limited(smallMiB) });
  // The engine says OOMKilled of the whole container: it is no sign of a lost attempt.
  expect(alone).toMatchObject({ stdout: 'killed\n', exitCode: 0, oomKilled: true });

  const script = `${losingChild}\n${printEvent('outcome', notSolved)}; cat >/dev/null`;
  await using solver = await startSolver({ overrides: { specFor: withLess(shell(script)) } });
  const attempt = await solve(solver.api.solver, Buffer.alloc(1000));
  expect(attempt.events.at(-1)?.outcome?.result).toBe('notSolved');
  record({
    attack: 'memory',
    control: 'a valid answer outranks OOMKilled',
    held: 'a child is killed for its memory, the engine says OOMKilled, the answer of its parent counts',
    weakened: 'the same child alone: memory_limit',
  });
});
