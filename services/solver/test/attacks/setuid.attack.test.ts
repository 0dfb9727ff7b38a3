// Becoming somebody else: by programs that root owns, by asking the kernel, by leaving such a program behind.
import { expect, test } from '@jest/globals';
import { baseImage } from '../environment.js';
import { python, report, run, shell } from './box.js';
import { record } from './evidence.js';
import { all, asMightyRoot, withoutNoNewPrivileges, withoutSeccomp } from './weaken.js';

const findSetuid = `
import json, os, stat
found, seen = [], 0
for directory, _, names in os.walk('/'):
    for name in names:
        path = os.path.join(directory, name)
        if path.startswith(('/proc/', '/sys/')): continue
        seen += 1
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID): found.append(path)
print(json.dumps({'found': found, 'seen': seen}))
`;

test('no file of the image changes who runs it', async () => {
  const { found, seen } = await report<{ found: string[]; seen: number }>(python(findSetuid), { timeoutMs: 60_000 });
  expect(found).toEqual([]);
  expect(seen).toBeGreaterThan(1000);
}, 60_000);

/** Starts su, which root owns with the setuid bit, and prints the user ids that the kernel gives it. */
const startSu = `
su -c true </dev/zero >/dev/null 2>&1 &
sleep 0.3
grep '^Uid:' /proc/$!/status
kill -9 $!
`;

test('a program with the setuid bit runs as nobody but the caller', async () => {
  const held = await run(shell(startSu), { image: baseImage });
  expect(held.stdout).toMatch(/^Uid:\s+65532\s+65532\s+65532\s+65532\n/);
  // runc then loads the profile before it drops capabilities, which the profile does not let it do.
  await expect(run(shell(startSu), { image: baseImage, weaken: withoutNoNewPrivileges })).rejects.toThrow();
  const weak = await run(shell(startSu), { image: baseImage, weaken: all(withoutNoNewPrivileges, withoutSeccomp) });
  expect(weak.stdout).toMatch(/^Uid:\s+65532\s+0\s+0\s+0\n/);
  record({
    attack: 'setuid',
    control: 'no-new-privileges',
    held: 'su runs as 65532',
    weakened: 'without seccomp, too: su runs as 0',
    second: 'under our profile the container does not start without it; no file of the sandbox image has the bit',
  });
}, 30_000);

const ask = `
import errno, json, os
def attempt(action):
    try:
        action()
        return 'done'
    except OSError as problem:
        return errno.errorcode[problem.errno]
print(json.dumps({
    'setuid': attempt(lambda: os.setuid(0)),
    'setgid': attempt(lambda: os.setgid(0)),
    'setgroups': attempt(lambda: os.setgroups([0])),
    'status': [line.split()[1] for line in open('/proc/self/status') if line.startswith(('CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'CapInh'))],
}))
`;

test('the kernel makes nobody root who asks, and there is no capability to use', async () => {
  const held = await report<Record<string, unknown>>(python(ask));
  expect(held).toEqual({ setuid: 'EPERM', setgid: 'EPERM', setgroups: 'EPERM', status: Array(5).fill('0'.repeat(16)) });
  const noSeccomp = await report<Record<string, unknown>>(python(ask), { weaken: withoutSeccomp });
  expect(noSeccomp).toEqual(held);
  const neither = await report<Record<string, unknown>>(python(ask), {
    weaken: asMightyRoot,
  });
  expect(neither).toMatchObject({ setuid: 'done', setgid: 'done', setgroups: 'done' });
  record({
    attack: 'setuid',
    control: 'all capabilities dropped, unprivileged user',
    held: 'setuid, setgid, setgroups: EPERM; the five capability sets are empty',
    weakened: 'as root with capabilities all three are done',
    second: 'seccomp: none of the three can be called',
  });
});

test('a setuid program left in a tmpfs does not run, and has no bit', async () => {
  const leave = `
import errno, json, os, subprocess
with open('/bin/true', 'rb') as source, os.fdopen(os.open('/job/program', os.O_CREAT | os.O_WRONLY, 0o4755), 'wb') as target:
    target.write(source.read())
flags = next(line.split()[3].split(',') for line in open('/proc/mounts') if line.split()[1] == '/job')
try:
    subprocess.run(['/job/program'])
    ran = 'ran'
except OSError as problem:
    ran = errno.errorcode[problem.errno]
print(json.dumps({'nosuid': 'nosuid' in flags, 'nodev': 'nodev' in flags, 'ran': ran}))
`;
  expect(await report(python(leave))).toEqual({ nosuid: true, nodev: true, ran: 'EACCES' });
});
