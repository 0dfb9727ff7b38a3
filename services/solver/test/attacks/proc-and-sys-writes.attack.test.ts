// The files by which Linux is told what to do: some of them make the host run a program of one's choice.
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { all, asMightyRoot, withHostConfig } from './weaken.js';

/** Opened for writing where they exist, never written to, since a weakened box could really change the host. */
const files = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/randomize_va_space',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/panic_on_oom',
  '/proc/sys/fs/binfmt_misc/register',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sysrq-trigger',
  '/proc/irq/default_smp_affinity',
  '/proc/bus',
  '/proc/fs',
  '/proc/1/oom_score_adj',
  '/sys/kernel/uevent_helper',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  '/sys/power/state',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes',
  '/sys/fs/cgroup/pids/pids.max',
  '/sys/fs/cgroup/memory/release_agent',
  '/sys/fs/cgroup/cgroup.procs',
  '/sys/fs/cgroup/memory.max',
  '/sys/class/net/lo/mtu',
  '/sys/module',
  '/sys/block',
];
/** Refused to a user without rights to it, on every kernel; the OOM score may only be raised, which harms the box alone. */
const ownFile = '/proc/1/oom_score_adj';

const attempt = `
import errno, json, os
answers = {}
for path in ${JSON.stringify(files)}:
    try:
        os.close(os.open(path, os.O_WRONLY))
        answers[path] = 'open'
    except OSError as problem:
        answers[path] = errno.errorcode[problem.errno]
try:
    with open('${ownFile}', 'w') as file: file.write('-1000')
    answers['lower'] = 'done'
except OSError as problem:
    answers['lower'] = errno.errorcode[problem.errno]
print(json.dumps(answers))
`;
type Answers = Readonly<Record<string, string>>;
const isRefused = (answer: string | undefined) =>
  ['EROFS', 'EACCES', 'EPERM', 'EISDIR', 'ENOENT'].includes(answer ?? '');
const opened = (answers: Answers) => files.filter((path) => path !== ownFile && answers[path] === 'open');

let held: Promise<Answers> | undefined;

test.each(files.filter((path) => path !== ownFile))('%s cannot be opened for writing', async (path) => {
  held ??= report<Answers>(python(attempt));
  expect(isRefused((await held)[path])).toBe(true);
});

test('the score by which the kernel chooses whom to kill cannot be lowered', async () => {
  held ??= report<Answers>(python(attempt));
  expect((await held).lower).toBe('EACCES');
});

test('even root finds them read-only; without masks and read-only paths he does not', async () => {
  const root = await report<Answers>(python(attempt), { weaken: asMightyRoot });
  expect(opened(root)).toEqual([]);
  const unmasked = withHostConfig({ MaskedPaths: [], ReadonlyPaths: [] });
  const user = await report<Answers>(python(attempt), { weaken: unmasked });
  expect(opened(user)).toEqual([]);
  const none = await report<Answers>(python(attempt), { weaken: all(asMightyRoot, unmasked) });
  expect(opened(none)).toContain('/proc/sys/kernel/core_pattern');
  record({
    attack: 'proc-and-sys-writes',
    control: 'read-only and masked paths',
    held: `none of ${files.length - 1} files of /proc and /sys opens for writing`,
    weakened: 'as the same user still none',
    second: `unprivileged user; as root without them ${opened(none).length} open, core_pattern among them`,
  });
});

const telling = ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware', '/proc/1/environ'];
const read = `
import json, os
contents = {}
for path in ${JSON.stringify(telling)}:
    try:
        if os.path.isdir(path): contents[path] = ' '.join(os.listdir(path))
        else:
            with open(path, 'rb') as file: contents[path] = file.read(4096).decode('latin1')
    except OSError: contents[path] = ''
print(json.dumps(contents))
`;
let contents: Promise<Readonly<Record<string, string>>> | undefined;

test.each(telling)('%s tells nothing of the host', async (path) => {
  contents ??= report(python(read));
  // The environment is the one that the spec gives.
  const rest = (await contents)[path]?.replace(/(PATH|HOME|TMPDIR|LANG|TZ|HOSTNAME)=[^\0]*\0/g, '');
  expect(rest).toBe('');
});
