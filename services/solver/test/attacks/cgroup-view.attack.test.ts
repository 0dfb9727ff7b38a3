// What a sandbox can read of the control groups around it: the id that the engine knows it by, and where it stands.
import { expect, test } from '@jest/globals';
import { python, startBox } from './box.js';
import { record } from './evidence.js';
import { withHostConfig } from './weaken.js';

const look = `
print(open('/proc/self/cgroup').read(), open('/proc/self/mountinfo').read())
`;

async function seen(weaken = withHostConfig({})): Promise<{ readonly text: string; readonly hasId: boolean }> {
  await using box = await startBox(python(look), { weaken });
  const { stdout } = await box.ended();
  // Its own part of the file: the engine's mounts of files name the id in the path of the host.
  const text = stdout
    .split('\n')
    .filter((line) => /^\s?\d+:/.test(line) || / - cgroup2? /.test(line))
    .join('\n');
  return { text, hasId: text.includes(box.id) };
}

test('it sees itself at the root of every control group, and not the id that the engine knows', async () => {
  const held = await seen();
  expect(held.text.length).toBeGreaterThan(0);
  expect(held.hasId).toBe(false);
  const weak = await seen(withHostConfig({ CgroupnsMode: 'host' }));
  expect(weak.hasId).toBe(true);
  record({
    attack: 'cgroup-view',
    control: 'control group namespace of its own',
    held: 'its control groups are "/"',
    weakened: 'it reads its container id and the path of its control groups on the host',
    second: 'none of them can be written (proc-and-sys-writes)',
  });
});
