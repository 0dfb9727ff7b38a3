// Another sandbox of the same engine and the same user id: its memory, its sockets, its processes, its files.
import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { until } from '../solver-under-test.js';
import { type Box, python, report, startBox, type Weaken } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig, withoutHostname, withoutSeccomp } from './weaken.js';

/** Leaves something in every place where another could find it, says so, and stays. */
const victim = (secret: string) => `
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
for path in ('/job/secret', '/tmp/secret', '/dev/shm/secret', '/dev/mqueue/secret'):
    try:
        with open(path, 'w') as file: file.write('${secret}')
    except OSError: pass
segment = libc.shmget(0x5ec2e7, 4096, 0o1666)
if segment >= 0:
    at = libc.shmat(segment, None, 0)
    if at not in (None, 2 ** 64 - 1): ctypes.memmove(at, b'${secret}', ${32})
try:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind('\\x00${secret}')
    listener.listen()
except OSError: pass
print('ready', flush=True)
sys.stdin.read(1)
`;

const spy = (secret: string) => `
import ctypes, json, os, signal, socket
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
found = []
for path in ('/job/secret', '/tmp/secret', '/dev/shm/secret', '/dev/mqueue/secret'):
    try:
        if open(path).read() == '${secret}': found.append(path)
    except OSError: pass
segment = libc.shmget(0x5ec2e7, 4096, 0)
if segment >= 0:
    at = libc.shmat(segment, None, 0)
    if at not in (None, 2 ** 64 - 1) and ctypes.string_at(at, ${32}) == b'${secret}': found.append('SysV segment')
try:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s: s.connect('\\x00${secret}')
    found.append('abstract socket')
except OSError: pass
others = 0
for pid in os.listdir('/proc'):
    if not pid.isdigit() or int(pid) == os.getpid(): continue
    try:
        if '${secret}' in open('/proc/' + pid + '/cmdline').read():
            others += 1
            os.kill(int(pid), 0)
    except OSError: pass
if others: found.append('process')
print(json.dumps({'found': found, 'namespaces': {name: os.readlink('/proc/self/ns/' + name) for name in ('ipc', 'net', 'pid', 'mnt', 'uts', 'cgroup')}}))
`;

interface Spied {
  readonly found: readonly string[];
  readonly namespaces: Readonly<Record<string, string>>;
}

async function attack(asVictim: Weaken, asSpy: (victim: Box) => Weaken): Promise<Spied> {
  const secret = randomBytes(16).toString('hex');
  await using box = await startBox(python(victim(secret)), { weaken: asVictim });
  await until(async () => box.printed().stdout.includes('ready'), 10_000);
  return await report<Spied>(python(spy(secret)), { weaken: asSpy(box) });
}
const nothing: Weaken = () => {};

test('nothing of another sandbox is found: files, shared memory, abstract sockets, processes', async () => {
  expect((await attack(nothing, () => nothing)).found).toEqual([]);
});

test('two sandboxes share no namespace', async () => {
  const [first, second] = await Promise.all([attack(nothing, () => nothing), attack(nothing, () => nothing)]);
  for (const [name, inode] of Object.entries(first.namespaces)) {
    expect([name, inode]).not.toEqual([name, second.namespaces[name]]);
  }
});

test.each<[string, Weaken, (victim: Box) => Weaken, string[], string]>([
  [
    'IPC mode none',
    withHostConfig({ IpcMode: 'shareable' }),
    ({ id }) => withHostConfig({ IpcMode: `container:${id}` }),
    ['/dev/shm/secret'],
    'seccomp, for SysV segments alone',
  ],
  [
    'process namespace of its own',
    nothing,
    ({ id }) => withHostConfig({ PidMode: `container:${id}` }),
    ['process'],
    '',
  ],
  [
    'IPC mode none, and seccomp',
    all(withHostConfig({ IpcMode: 'shareable' }), withoutSeccomp),
    ({ id }) => all(withHostConfig({ IpcMode: `container:${id}` }), withoutSeccomp),
    ['/dev/shm/secret', 'SysV segment'],
    '',
  ],
])('without %s it is found', async (control, asVictim, asSpy, expected, second) => {
  const { found } = await attack(asVictim, asSpy);
  expect(found).toEqual(expect.arrayContaining(expected));
  record({
    attack: 'neighbour',
    control,
    held: 'nothing of the other sandbox is found',
    weakened: `found: ${found.join(', ')}`,
    second,
  });
});

test('an abstract socket needs a shared network and a socket: each control alone refuses it', async () => {
  const shareNetwork = ({ id }: Box) => withHostConfig({ NetworkMode: `container:${id}` });
  const noSeccomp = await attack(withoutSeccomp, () => withoutSeccomp);
  expect(noSeccomp.found).toEqual([]);
  const shared: Weaken = (body) => {
    body.NetworkDisabled = false;
  };
  const open = (box: Box) => all(shared, shareNetwork(box), withoutSeccomp, withoutHostname);
  const neither = await attack(all(shared, withoutSeccomp), open);
  expect(neither.found).toContain('abstract socket');
  record({
    attack: 'neighbour',
    control: 'seccomp: no socket can be made',
    held: 'no abstract socket of the other sandbox answers',
    weakened: 'the socket is made and finds nobody',
    second: 'network namespace of its own: with a shared one, and no seccomp, it answers',
  });
});

/** What a new pipe holds, in bytes. */
const pipeRoom = `
import os
r, w = os.pipe()
os.set_blocking(w, False)
room = 0
try:
    while True: room += os.write(w, bytes(4096))
except BlockingIOError: pass
print(room)
`;

/** Makes pipes in ten processes until each may open no more, says so, and stays. */
const holdPipes = `
import os, sys
for _ in range(10):
    if os.fork() == 0:
        try:
            while True: os.pipe()
        except OSError: pass
        os.write(1, b'full\\n')
        os.read(0, 1)
        os._exit(0)
sys.stdin.read(1)
`;

test('what the kernel counts per user is shared: pipes get smaller, and work', async () => {
  await using greedy = await startBox(python(holdPipes));
  await until(async () => greedy.printed().stdout.split('full').length > 10, 30_000);
  const room = await report<number>(python(pipeRoom));
  // One page is the least that the kernel gives; it gives sixteen while nobody is greedy.
  expect(room).toBeGreaterThanOrEqual(4096);
  expect(room).toBeLessThan(65_536);
  record({
    attack: 'neighbour',
    control: 'none: all sandboxes have one user id',
    held: `while a neighbour holds 5000 pipes, a new one has room for ${room} bytes in place of 65536`,
    weakened: 'not weakened: a documented effect',
  });
});
