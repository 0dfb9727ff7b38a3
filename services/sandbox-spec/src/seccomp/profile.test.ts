import { expect, test } from '@jest/globals';
import { seccompProfile } from './profile.js';
import { allowedWith, margin, measured, unknownCalls } from './syscalls.js';

const profile = seccompProfile();
const rulesFor = (name: string) => profile.syscalls.filter(({ names }) => names.includes(name));

test('whatever is not listed is refused', () => {
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
});

test('knows the 64-bit calls of two processors and no other mode of them', () => {
  expect(profile.archMap).toEqual([
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ]);
});

test('no call stands in two groups, and each group says why', () => {
  const groups = [...measured, ...margin, ...unknownCalls];
  const names = [...groups.flatMap(({ names }) => names), ...new Set(allowedWith.map(({ name }) => name))];
  expect(names).toHaveLength(new Set(names).size);
  for (const { reason } of [...groups, ...allowedWith]) expect(reason).toMatch(/\w{3}/);
});

test('clone is allowed without flags of namespaces, clone3 is unknown', () => {
  expect(rulesFor('clone')).toEqual([
    {
      names: ['clone'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value: 0x7e02_0000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
    },
  ]);
  expect(rulesFor('clone3')).toEqual([
    { names: expect.arrayContaining(['clone3']), action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
  ]);
});

test('the only socket is a pair of AF_UNIX', () => {
  expect(rulesFor('socket')).toEqual([]);
  expect(rulesFor('socketpair').map(({ args }) => args)).toEqual([
    [{ index: 0, value: 1, valueTwo: 0, op: 'SCMP_CMP_EQ' }],
  ]);
});

test.each(['socketpair', 'prctl', 'arch_prctl', 'ioctl', 'clone', 'fcntl', 'setsockopt'])(
  '%s is never allowed with any argument',
  (name) => {
    expect(rulesFor(name).every(({ args }) => args?.length === 1)).toBe(true);
  },
);

test.each([
  ...['add_key', 'bpf', 'chroot', 'connect', 'execveat', 'finit_module', 'init_module', 'io_setup', 'kcmp', 'keyctl'],
  ...['kexec_load', 'memfd_create', 'mknodat', 'mount', 'mq_open', 'open_by_handle_at', 'open_tree', 'perf_event_open'],
  ...['personality', 'pivot_root', 'process_vm_readv', 'ptrace', 'seccomp', 'setns', 'setuid', 'shmget', 'splice'],
  ...['symlinkat', 'umount2', 'unshare', 'userfaultfd', 'vmsplice'],
])('%s is in no rule', (name) => {
  expect(rulesFor(name)).toEqual([]);
});
