// Devices: made anew, or found lying about. Whoever opens the host's disk owns the host.
import { expect, test } from '@jest/globals';
import { python, report, type Weaken } from './box.js';
import { record } from './evidence.js';
import { all, asMightyRoot, withoutSeccomp, withTmpfs } from './weaken.js';

/** Makes the kernel's log device, which harms nothing when it is opened, and the first disk, which is never opened. */
const make = `
import errno, json, os, stat
def attempt(action):
    try:
        action()
        return 'done'
    except OSError as problem:
        return errno.errorcode[problem.errno]
print(json.dumps({
    'character': attempt(lambda: os.mknod('/job/kmsg', stat.S_IFCHR | 0o666, os.makedev(1, 11))),
    'block': attempt(lambda: os.mknod('/job/disk', stat.S_IFBLK | 0o666, os.makedev(8, 0))),
    'opened': attempt(lambda: os.close(os.open('/job/kmsg', os.O_RDONLY | os.O_NONBLOCK))),
}))
`;
interface Made {
  readonly character: string;
  readonly block: string;
  readonly opened: string;
}

test.each(['character', 'block'] as const)('a %s device cannot be made', async (kind) => {
  expect((await report<Made>(python(make)))[kind]).toBe('EPERM');
});

test('four controls stand one behind the other', async () => {
  const ask = async (...steps: readonly Weaken[]) => report<Made>(python(make), { weaken: all(...steps) });
  const noSeccomp = await ask(withoutSeccomp);
  expect(noSeccomp).toMatchObject({ character: 'EPERM', block: 'EPERM' });
  const noCapabilities = await ask(asMightyRoot);
  expect(noCapabilities).toEqual({ character: 'done', block: 'done', opened: 'EACCES' });
  const noNodev = await ask(asMightyRoot, withTmpfs('nodev', 'dev'));
  expect(noNodev).toEqual({ character: 'done', block: 'done', opened: 'EPERM' });
  record({
    attack: 'device-nodes',
    control: 'seccomp: no mknod',
    held: 'character and block device: EPERM',
    weakened: 'still EPERM',
    second:
      'capabilities; without them, too, both are made, and opening one is stopped by nodev, then by the device cgroup',
  });
});

test('in /dev there is neither memory, nor a disk, nor the log of the kernel', async () => {
  const list = `
import json, os, stat
found = {}
for directory, _, names in os.walk('/dev'):
    for name in names:
        path = os.path.join(directory, name)
        mode = os.lstat(path).st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode): found[path] = 'block' if stat.S_ISBLK(mode) else 'character'
print(json.dumps(found))
`;
  const harmless = ['full', 'null', 'pts/ptmx', 'random', 'tty', 'urandom', 'zero'].map((name) => [
    `/dev/${name}`,
    'character',
  ]);
  expect(await report(python(list))).toEqual(Object.fromEntries(harmless));
});
