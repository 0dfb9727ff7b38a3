// Becoming somebody else: by programs that root owns, by asking the kernel, by leaving such a program behind.
import { expect, test } from '@jest/globals';
import { baseImage } from '../environment.js';
import { python, report, run, shell } from './box.js';
import { record } from './evidence.js';
import { all, asMightyRoot, withoutNoNewPrivileges, withoutSeccomp, withTmpfs } from './weaken.js';

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

interface Left {
  readonly ran: string;
  /** Effective user id of the program that ran, -1 when it did not. */
  readonly user: number;
}

/**
 * Leaves a copy of Python with the setuid bit in a tmpfs, and runs it as the unprivileged user. The kernel takes the bit
 * away when anybody but root writes.
 */
const leave = `
import errno, json, os, subprocess
path = '/job/program'
with open('/usr/bin/python3', 'rb') as source, os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o4755), 'wb') as target:
    target.write(source.read())
def become():
    if os.geteuid() == 0: os.setgid(65532); os.setuid(65532)
program = 'print(next(line.split()[2] for line in open("/proc/self/status") if line.startswith("Uid:")))'
try:
    done = subprocess.run([path, '-I', '-S', '-c', program], preexec_fn=become, stdout=subprocess.PIPE, text=True)
    print(json.dumps({'ran': 'ran', 'user': int(done.stdout or -1)}))
except OSError as problem:
    print(json.dumps({'ran': errno.errorcode[problem.errno], 'user': -1}))
`;
const mayExecute = withTmpfs('noexec', 'exec');

test('a program left in a tmpfs does not run', async () => {
  const held = await report<Left>(python(leave));
  expect(held).toEqual({ ran: 'EACCES', user: -1 });
  const weak = await report<Left>(python(leave), { weaken: mayExecute });
  expect(weak).toEqual({ ran: 'ran', user: 65532 });
});

test('one that root left there, with the setuid bit, runs as nobody but the caller', async () => {
  const byRoot = all(asMightyRoot, mayExecute);
  const withBit = withTmpfs('nosuid', 'suid');
  const held = await report<Left>(python(leave), { weaken: all(byRoot, withoutNoNewPrivileges) });
  expect(held).toEqual({ ran: 'ran', user: 65532 });
  const weak = await report<Left>(python(leave), { weaken: all(byRoot, withoutNoNewPrivileges, withBit) });
  expect(weak).toEqual({ ran: 'ran', user: 0 });
  const noNewPrivileges = await report<Left>(python(leave), { weaken: all(byRoot, withBit) });
  expect(noNewPrivileges).toEqual({ ran: 'ran', user: 65532 });
  const noexec = await report<Left>(python(leave), { weaken: all(asMightyRoot, withoutNoNewPrivileges, withBit) });
  expect(noexec).toEqual({ ran: 'EACCES', user: -1 });
  record({
    attack: 'setuid',
    control: 'nosuid on the tmpfs',
    held: 'left there by root, noexec and no-new-privileges taken away: runs as 65532',
    weakened: 'runs as 0',
    second: 'each alone: noexec (EACCES), no-new-privileges (65532)',
  });
});
