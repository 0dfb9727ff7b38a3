// What a sandbox can learn or reach of the machine and of the service around it.
import { readlinkSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';

test('there is no engine socket, and no socket file at all', async () => {
  const find = `
import json, os, stat
found = []
for directory, _, names in os.walk('/'):
    for name in names:
        path = os.path.join(directory, name)
        try:
            if stat.S_ISSOCK(os.lstat(path).st_mode): found.append(path)
        except OSError: pass
print(json.dumps(found))
`;
  expect(await report(python(find), { timeoutMs: 60_000 })).toEqual([]);
}, 60_000);

test('the mounts are the root, the two tmpfs and what every container has', async () => {
  const mounts = `
import json
print(json.dumps([line.split()[1] for line in open('/proc/mounts') if line.split()[2] not in ('cgroup', 'cgroup2')]))
`;
  const expected = ['/', '/dev', '/dev/mqueue', '/dev/pts', '/job', '/proc', '/sys', '/sys/fs/cgroup', '/tmp'];
  const files = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];
  const found = new Set(await report<string[]>(python(mounts)));
  const masked = /^\/(proc|sys)\//;
  const surprises = [...found].filter(
    (path) => !expected.includes(path) && !files.includes(path) && !masked.test(path),
  );
  expect(surprises).toEqual([]);
});

test('its environment has no secret, and its descriptors are three pipes', async () => {
  const look = `
import json, os
fds = {}
for fd in os.listdir('/proc/self/fd'):
    try: fds[fd] = os.readlink('/proc/self/fd/' + fd).split(':')[0]
    except OSError: pass
print(json.dumps({'environment': sorted(os.environ), 'fds': fds}))
`;
  const { environment, fds } = await report<{ environment: string[]; fds: Record<string, string> }>(python(look));
  expect(environment).toEqual(['HOME', 'HOSTNAME', 'LANG', 'PATH', 'TMPDIR', 'TZ']);
  expect(fds).toEqual({ 0: 'pipe', 1: 'pipe', 2: 'pipe' });
});

const namespaces = ['ipc', 'net', 'pid', 'mnt', 'uts'];
const links = `
import json, os
print(json.dumps({name: os.readlink('/proc/self/ns/' + name) for name in ${JSON.stringify(namespaces)}}))
`;
let inside: Promise<Readonly<Record<string, string>>> | undefined;

test.each(namespaces)('its %s namespace is not the one of the host', async (name) => {
  inside ??= report(python(links));
  expect((await inside)[name]).toMatch(/^\w+:\[\d+\]$/);
  expect((await inside)[name]).not.toBe(readlinkSync(`/proc/self/ns/${name}`));
});

test('it sees its own processes only', async () => {
  const list = `import json, os\nprint(json.dumps([pid for pid in os.listdir('/proc') if pid.isdigit()]))`;
  expect(await report(python(list))).toEqual(['1']);
});
