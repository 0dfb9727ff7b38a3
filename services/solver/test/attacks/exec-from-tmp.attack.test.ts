// Running a program that was brought along in the upload.
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { withoutSeccomp, withTmpfs } from './weaken.js';

const executable = withTmpfs('noexec', 'exec');

const attempt = (body: string) => `
import ctypes, errno, json, mmap, os, shutil, subprocess
def outcome(action):
    try: return action()
    except OSError as problem: return errno.errorcode[problem.errno]
${body}
`;

const copyAndRun = (directory: string) =>
  attempt(`
def action():
    with open('/bin/echo', 'rb') as source, os.fdopen(os.open('${directory}/program', os.O_CREAT | os.O_WRONLY, 0o700), 'wb') as target:
        target.write(source.read())
    return subprocess.run(['${directory}/program', 'ran'], capture_output=True, text=True).stdout.strip()
print(json.dumps(outcome(action)))
`);

test.each(['/job', '/tmp'])('a program in %s does not run', async (directory) => {
  const script = python(copyAndRun(directory));
  expect(await report(script)).toBe('EACCES');
  expect(await report(script, { weaken: executable })).toBe('ran');
  record({
    attack: 'exec-from-tmp',
    control: 'noexec on the tmpfs',
    held: `a program copied to ${directory}: EACCES`,
    weakened: 'it runs',
  });
});

test('the loader does not run it either', async () => {
  const script = python(
    attempt(`
with open('/bin/echo', 'rb') as source, open('/job/program', 'wb') as target: target.write(source.read())
loader = next(os.path.join('/lib64', name) for name in os.listdir('/lib64')) if os.path.isdir('/lib64') else '/lib/ld-linux-aarch64.so.1'
ended = subprocess.run([loader, '/job/program', 'ran'], capture_output=True, text=True)
print(json.dumps(ended.stdout.strip() or 'refused'))
`),
  );
  expect(await report(script)).toBe('refused');
  expect(await report(script, { weaken: executable })).toBe('ran');
  record({
    attack: 'exec-from-tmp',
    control: 'noexec on the tmpfs',
    held: 'the same by way of the loader: it may not be mapped',
    weakened: 'it runs',
  });
});

test('a library in it cannot be loaded', async () => {
  const script = python(
    attempt(`
def action():
    library = next(line.split()[-1] for line in open('/proc/self/maps') if 'libc.so.6' in line)
    with open(library, 'rb') as source, open('/job/library.so', 'wb') as target: target.write(source.read())
    with open('/job/library.so', 'rb') as file:
        mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
    return 'mapped'
print(json.dumps(outcome(action)))
`),
  );
  expect(await report(script)).toBe('EPERM');
  expect(await report(script, { weaken: executable })).toBe('mapped');
  record({
    attack: 'exec-from-tmp',
    control: 'noexec on the tmpfs',
    held: 'a library copied to /job: EPERM',
    weakened: 'it is mapped',
  });
});

test('a file that only exists in memory does not run', async () => {
  const script = python(
    attempt(`
def action():
    file = os.memfd_create('program', 0)
    with open('/bin/echo', 'rb') as source: os.write(file, source.read())
    path = '/proc/self/fd/%d' % file
    return subprocess.run([path, 'ran'], capture_output=True, text=True, close_fds=False).stdout.strip()
print(json.dumps(outcome(action)))
`),
  );
  expect(await report(script)).toBe('EPERM');
  expect(await report(script, { weaken: withoutSeccomp })).toBe('ran');
  record({
    attack: 'exec-from-tmp',
    control: 'seccomp: no memfd_create',
    held: 'a program in a memory file: EPERM',
    weakened: 'it runs',
  });
});
