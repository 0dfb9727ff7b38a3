// As many bytes as one can write: into the tmpfs, into shared memory, and by printing onto the host's disk.
import { fileBytes, tmpfsBytes } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { engineCall, type Options, python, report, startBox } from './box.js';
import { record } from './evidence.js';
import { all, withHostConfig, withoutUlimit, withTmpfs } from './weaken.js';

const MiB = 1024 * 1024;
const aboveMiB = tmpfsBytes / MiB + 44;
const largerTmpfs = withTmpfs(/size=\d+m/, `size=${aboveMiB + 20}m`);

interface Written {
  readonly mib: number;
  readonly error: string;
}

/** Writes files of `fileMiB` until there are `aboveMiB` or the first error. */
const fill = (directory: string, fileMiB: number) => `
import errno, json, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written, number, error = 0, 0, ''
try:
    while written < ${aboveMiB}:
        number += 1
        with open('${directory}/' + str(number), 'wb', buffering=0) as file:
            for _ in range(min(${fileMiB}, ${aboveMiB} - written)):
                if file.write(bytes(${MiB})) < ${MiB}: file.write(b'x')
                written += 1
except OSError as problem:
    error = errno.errorcode[problem.errno]
print(json.dumps({'mib': written, 'error': error}))
`;

test('one file cannot grow beyond its limit', async () => {
  const script = python(fill('/job', aboveMiB));
  const held = await report<Written>(script);
  expect(held).toEqual({ mib: fileBytes / MiB, error: expect.stringMatching(/^(EFBIG|ENOSPC)$/) });
  const tmpfsOnly = await report<Written>(script, { weaken: withoutUlimit('fsize') });
  expect(tmpfsOnly).toEqual({ mib: tmpfsBytes / MiB, error: 'ENOSPC' });
  const ulimitOnly = await report<Written>(script, { weaken: largerTmpfs });
  expect(ulimitOnly).toEqual({ mib: fileBytes / MiB, error: 'EFBIG' });
  const neither = await report<Written>(script, { weaken: all(largerTmpfs, withoutUlimit('fsize')) });
  expect(neither).toEqual({ mib: aboveMiB, error: '' });
  record({
    attack: 'disk-fill',
    control: 'fsize limit',
    held: `one file: ${held.mib} of ${aboveMiB} MiB, then ${held.error}`,
    weakened: `with a larger tmpfs, too: ${neither.mib} MiB`,
    second: `size of the tmpfs: ${tmpfsOnly.mib} MiB, then ENOSPC`,
  });
}, 60_000);

test.each(['/job', '/tmp'])(
  'many files in %s cannot be larger than the tmpfs',
  async (directory) => {
    const script = python(fill(directory, 50));
    const held = await report<Written>(script);
    expect(held).toEqual({ mib: tmpfsBytes / MiB, error: 'ENOSPC' });
    const weak = await report<Written>(script, { weaken: largerTmpfs });
    expect(weak).toEqual({ mib: aboveMiB, error: '' });
    record({
      attack: 'disk-fill',
      control: 'size of the tmpfs',
      held: `files in ${directory}: ${held.mib} of ${aboveMiB} MiB, then ENOSPC`,
      weakened: `${weak.mib} MiB`,
      second: 'memory limit, which counts them (memory)',
    });
  },
  60_000,
);

test('a file that only claims to be large is refused', async () => {
  const script = `
import errno, json, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
errors = []
with open('/job/sparse', 'wb') as file:
    for size in (1 << 30, 1 << 40):
        try: file.truncate(size); errors.append('')
        except OSError as problem: errors.append(errno.errorcode[problem.errno])
print(json.dumps(errors))
`;
  expect(await report(python(script))).toEqual(['EFBIG', 'EFBIG']);
  const weak = await report<string[]>(python(script), { weaken: withoutUlimit('fsize') });
  expect(weak).toEqual(['', '']);
  record({
    attack: 'disk-fill',
    control: 'fsize limit',
    held: 'a sparse file of 1 GiB and of 1 TiB: EFBIG',
    weakened: 'both are made; they hold no bytes',
    second: 'size of the tmpfs, once bytes are written (the lines above)',
  });
});

test('there is no shared memory to fill', async () => {
  const script = python(fill('/dev/shm', 50));
  const held = await report<Written>(script);
  expect(held.mib).toBe(0);
  const weak = await report<Written>(script, { weaken: withHostConfig({ IpcMode: 'private' }) });
  expect(weak.mib).toBeGreaterThan(60);
  record({
    attack: 'disk-fill',
    control: 'IPC mode none',
    held: `/dev/shm: ${held.error}`,
    weakened: `${weak.mib} MiB in /dev/shm`,
  });
});

test('message queues hold nothing', async () => {
  const script = python(fill('/dev/mqueue', 1));
  const held = await report<Written>(script);
  expect(held.mib).toBe(0);
  const queue = `
import errno, json
made, error = 0, ''
try:
    while made < 20:
        open('/dev/mqueue/' + str(made), 'x').close()
        made += 1
except OSError as problem:
    error = errno.errorcode[problem.errno]
print(json.dumps({'mib': made, 'error': error}))
`;
  const none = await report<Written>(python(queue));
  expect(none.mib).toBe(0);
  const weak = await report<Written>(python(queue), { weaken: withoutUlimit('msgqueue') });
  expect(weak.mib).toBeGreaterThan(0);
  record({
    attack: 'disk-fill',
    control: 'msgqueue limit 0',
    held: `message queues: ${none.mib}, then ${none.error}`,
    weakened: `${weak.mib} queues made by writing to /dev/mqueue`,
    second: 'none against this way; mq_open is refused by seccomp (forbidden-syscalls)',
  });
});

test('what is printed does not reach the disk of the host', async () => {
  const mib = 8;
  const script = python(`import sys\nfor _ in range(${mib}): sys.stdout.write('x' * ${MiB})`);
  const logged = async (options: Options = {}) => {
    await using box = await startBox(script, options);
    const ended = await box.ended();
    return { ...ended, ...(await engineCall('GET', `/containers/${box.id}/logs?stdout=1`)) };
  };
  const held = await logged();
  expect(held.exitCode).toBe(0);
  expect(held.status).not.toBe(200);
  const weak = await logged({ weaken: withHostConfig({ LogConfig: { Type: 'json-file', Config: {} } }) });
  expect(weak.status).toBe(200);
  expect(weak.bytes).toBeGreaterThan(mib * MiB - 1);
  record({
    attack: 'disk-fill',
    control: 'log driver none',
    held: `${mib} MiB printed: the engine keeps nothing`,
    weakened: `the engine keeps ${Math.floor(weak.bytes / MiB)} MiB on the host's disk`,
  });
}, 30_000);
