// What a sandbox can learn or reach of the machine and of the service around it.
import { chmodSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { python, report, type Weaken } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig, withHostNetwork, withoutHostname } from './weaken.js';

const findSockets = `
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

test('there is no engine socket, and no socket file at all', async () => {
  const held = await report(python(findSockets), { timeoutMs: 60_000 });
  expect(held).toEqual([]);
  const directory = mkdtempSync(join(tmpdir(), 'host-view-'));
  chmodSync(directory, 0o755);
  // Stands for the engine's own, which no test should put where hostile programs are.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(directory, 'engine.sock'), resolve));
  try {
    const weaken = withHostConfig({ Binds: [`${directory}:/run/host:ro`] });
    const weak = await report(python(findSockets), { timeoutMs: 60_000, weaken });
    expect(weak).toEqual(['/run/host/engine.sock']);
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
  record({
    attack: 'host-view',
    control: 'no mount of the host',
    held: 'no socket file in the whole tree',
    weakened: 'a socket of the host is found in a directory that is bound',
  });
}, 90_000);

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

/** Takes one namespace away; there is no way to share the one of mounts. */
const shared: Readonly<Record<string, Weaken>> = {
  ipc: withHostConfig({ IpcMode: 'host' }),
  net: all(withHostNetwork, withoutHostname),
  pid: withHostConfig({ PidMode: 'host' }),
  uts: all(withHostConfig({ UTSMode: 'host' }), withoutHostname),
};

test.each(namespaces)('its %s namespace is not the one of the host', async (name) => {
  inside ??= report(python(links));
  const ofHost = readlinkSync(`/proc/self/ns/${name}`);
  expect((await inside)[name]).toMatch(/^\w+:\[\d+\]$/);
  expect((await inside)[name]).not.toBe(ofHost);
  const weaken = shared[name];
  if (!weaken) return;
  const weak = await report<Record<string, string>>(python(links), { weaken });
  expect(weak[name]).toBe(ofHost);
  record({
    attack: 'host-view',
    control: `${name} namespace of its own`,
    held: 'not the one of the host',
    weakened: `${ofHost}, the one of the host`,
  });
});

test('it sees its own processes only', async () => {
  const list = `import json, os\nprint(json.dumps([pid for pid in os.listdir('/proc') if pid.isdigit()]))`;
  expect(await report(python(list))).toEqual(['1']);
  const weak = await report<string[]>(python(list), { weaken: withHostConfig({ PidMode: 'host' }) });
  expect(weak).toContain(String(process.pid));
  record({
    attack: 'host-view',
    control: 'pid namespace of its own',
    held: 'one process is seen, itself',
    weakened: `${weak.length} processes of the host are seen`,
  });
});
