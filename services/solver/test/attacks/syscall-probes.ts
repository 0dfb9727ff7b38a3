// System calls that no sandbox needs, one by one, with arguments that harm nothing where the call is let through: not
// even by root with capabilities, for whom what has an effect has it in namespaces of the container alone.
// Numbers of x86_64 and of aarch64 (null: that processor has no such call).

export interface Probe {
  readonly name: string;
  readonly x64: number;
  readonly arm64: number | null;
  /** A string is passed as pointer to its bytes, "ptr" as pointer to 256 zero bytes, "self" as the caller's pid. */
  readonly args: readonly (number | string)[];
  /** What seccomp answers: EPERM for what nobody should call, ENOSYS for what libraries probe for. */
  readonly answer: 'EPERM' | 'ENOSYS';
}

type Row = readonly [name: string, x64: number, arm64: number | null, ...args: (number | string)[]];

const SIGCHLD = 17;
const NEWUSER = 0x1000_0000;
const NEWNET = 0x4000_0000;
const CURRENT_DIR = -100;

/** Address families, of which a sandbox has no use for any; AF_ALG, AF_VSOCK and AF_NETLINK were ways out of others. */
const families: readonly [string, number][] = [
  ['AF_UNIX', 1],
  ['AF_INET', 2],
  ['AF_INET6', 10],
  ['AF_KEY', 15],
  ['AF_NETLINK', 16],
  ['AF_PACKET', 17],
  ['AF_RDS', 21],
  ['AF_CAN', 29],
  ['AF_TIPC', 30],
  ['AF_BLUETOOTH', 31],
  ['AF_ALG', 38],
  ['AF_VSOCK', 40],
  ['AF_XDP', 44],
];

const refused: readonly Row[] = [
  ...families.map(([name, family]): Row => [`socket(${name})`, 41, 198, family, 2, 0]),
  ['socketpair(AF_TIPC)', 53, 199, 30, 1, 0, 'ptr'],
  ['connect', 42, 203, -1, 'ptr', 16],
  ['bind', 49, 200, -1, 'ptr', 16],
  ['listen', 50, 201, -1, 1],
  ['accept4', 288, 242, -1, 0, 0, 0],
  ['sendmsg', 46, 211, -1, 'ptr', 0],
  ['recvmsg', 47, 212, -1, 'ptr', 0],
  ['sendto', 44, 206, -1, 'ptr', 1, 0, 0, 0],

  ['clone(NEWUSER)', 56, 220, NEWUSER + SIGCHLD, 0, 0, 0, 0],
  ['clone(NEWUSER, NEWNET)', 56, 220, NEWUSER + NEWNET + SIGCHLD, 0, 0, 0, 0],
  ['unshare(NEWUSER)', 272, 97, NEWUSER],
  ['unshare(NEWNS)', 272, 97, 0x2_0000],
  ['setns', 308, 268, -1, 0],
  ['chroot', 161, 51, '/job'],
  ['pivot_root', 155, 41, '/job/none', '/job/none'],

  ['mount', 165, 40, 'none', '/job', 'no-such-filesystem', 0, 0],
  ['umount2', 166, 39, '/job/none', 0],
  ['fsopen', 430, 430, 'tmpfs', 0],
  ['fsmount', 432, 432, -1, 0, 0],
  ['fspick', 433, 433, CURRENT_DIR, '/job', 0],
  ['open_tree', 428, 428, CURRENT_DIR, '/job', 1],
  ['move_mount', 429, 429, -1, '', -1, '', 0],
  ['mount_setattr', 442, 442, -1, '', 0, 'ptr', 32],
  ['quotactl', 179, 60, 0, 0, 0, 0],
  ['swapon', 167, 224, '/job/none', 0],
  ['swapoff', 168, 225, '/job/none'],

  ['ptrace(TRACEME)', 101, 117, 0, 0, 0, 0],
  ['process_vm_readv', 310, 270, 'self', 0, 0, 0, 0, 0],
  ['process_vm_writev', 311, 271, 'self', 0, 0, 0, 0, 0],
  ['kcmp', 312, 272, 'self', 'self', 0, 0, 0],
  ['pidfd_getfd', 438, 438, -1, 0, 0],
  ['bpf', 321, 280, 0, 'ptr', 64],
  ['perf_event_open', 298, 241, 'ptr', 0, -1, -1, 0],
  ['userfaultfd', 323, 282, 1],
  ['seccomp', 317, 277, 2, 0, 'ptr'],
  ['personality', 135, 92, 0xffff_ffff],
  ['personality(READ_IMPLIES_EXEC)', 135, 92, 0x40_0000],
  ['modify_ldt', 154, null, 0, 'ptr', 0],

  ['keyctl', 250, 219, 0, -3, 1],
  ['add_key', 248, 217, 'user', 'probe', 'x', 1, -1],
  ['request_key', 249, 218, 'user', 'probe', 0, 0],

  ['init_module', 175, 105, 0, 0, ''],
  ['finit_module', 313, 273, -1, '', 0],
  ['delete_module', 176, 106, 'no-such-module', 0],
  // More segments than there may be, and flags that are none.
  ['kexec_load', 246, 104, 0, 1000, 0, 0xff00],
  ['kexec_file_load', 320, 294, -1, -1, 0, 0, 0xff00],
  // No magic number, without which nothing happens.
  ['reboot', 169, 142, 0, 0, 0, 0],
  // No path can stand at address 1; address 0 would be an order.
  ['acct', 163, 89, 1],
  ['syslog', 103, 116, 10, 0, 0],
  ['vhangup', 153, 58],
  ['ioperm', 173, null, 0x80, 1, 1],
  ['iopl', 172, null, 3],

  // No time and no zone are at these addresses; sizes of names are out of range.
  ['settimeofday', 164, 170, 1, 1],
  ['clock_settime', 227, 112, 0, 0],
  ['adjtimex', 159, 171, 0],
  ['clock_adjtime', 305, 266, 0, 0],
  ['sethostname', 170, 161, 'x', 1000],
  ['setdomainname', 171, 162, 'x', 1000],

  ['open_by_handle_at', 304, 265, CURRENT_DIR, 'ptr', 0],
  ['name_to_handle_at', 303, 264, CURRENT_DIR, '/job', 'ptr', 'ptr', 0],
  ['mknodat', 259, 33, CURRENT_DIR, '/job/fifo', 0o010600, 0],
  ['symlinkat', 266, 36, '/etc/passwd', CURRENT_DIR, '/job/link'],
  ['linkat', 265, 37, CURRENT_DIR, '/job/none', CURRENT_DIR, '/job/other', 0],
  ['fchmodat', 268, 53, CURRENT_DIR, '/job', 0o4700],
  ['renameat2', 316, 276, CURRENT_DIR, '/job/none', CURRENT_DIR, '/job/other', 0],
  ['fchownat', 260, 54, CURRENT_DIR, '/job', 65532, 65532, 0],
  ['setxattr', 188, 5, '/job', 'user.x', 'x', 1, 0],
  ['fanotify_init', 300, 262, 0, 0],
  ['inotify_init1', 294, 26, 0],

  ['memfd_create', 319, 279, 'x', 0],
  ['memfd_secret', 447, 447, 0],
  ['execveat', 322, 281, -1, '/bin/true', 0, 0, 0],
  ['remap_file_pages', 216, 234, 0, 0, 0, 0, 0],
  ['mlockall', 151, 230, 1],
  ['mbind', 237, 235, 0, 0, 0, 0, 0, 0],
  ['set_mempolicy', 238, 237, 0, 0, 0],
  ['migrate_pages', 256, 238, 'self', 0, 0, 0],
  ['move_pages', 279, 239, 'self', 0, 0, 0, 0, 0],
  ['pkey_alloc', 330, 289, 0, 0],
  ['io_setup', 206, 0, 1, 'ptr'],
  ['sendfile', 40, 71, -1, -1, 0, 1],
  ['copy_file_range', 326, 285, -1, 0, -1, 0, 1, 0],
  ['splice', 275, 76, -1, 0, -1, 0, 1, 0],
  ['tee', 276, 77, -1, -1, 1, 0],
  ['vmsplice', 278, 75, -1, 0, 0, 0],

  ['shmget', 29, 194, 0, 4096, 0o600],
  ['semget', 64, 190, 0, 1, 0o600],
  ['msgget', 68, 186, 0, 0o600],
  ['mq_open', 240, 180, 'x', 0o102, 0o600, 0],
  ['timerfd_create', 283, 85, 1, 0],
  ['timer_create', 222, 107, 1, 0, 'ptr'],
  ['signalfd4', 289, 74, -1, 'ptr', 8, 0],

  ['setuid', 105, 146, 0],
  ['setgid', 106, 144, 0],
  ['setresuid', 117, 147, 0, 0, 0],
  ['setgroups', 116, 159, 0, 0],
  ['capset', 126, 91, 0, 0],
  ['setsid', 112, 157],
  ['setpriority', 141, 140, 0, 0, 0],
  ['sched_setscheduler', 144, 119, 0, 0, 'ptr'],
  ['sched_setaffinity', 203, 122, 0, 8, 'ptr'],
  ['ioprio_set', 251, 30, 1, 0, 0],

  ['prctl(SET_MM)', 157, 167, 35, 0, 0, 0, 0],
  ['prctl(SET_SECCOMP)', 157, 167, 22, 0, 0, 0, 0],
  ['prctl(SET_PTRACER)', 157, 167, 0x59616d61, -1, 0, 0, 0],
  ['prctl(SET_CHILD_SUBREAPER)', 157, 167, 36, 1, 0, 0, 0],
  ['prctl(SET_DUMPABLE)', 157, 167, 4, 0, 0, 0, 0],
  ['arch_prctl(SET_GS)', 158, null, 0x1001, 0],
  ['ioctl(TIOCSTI)', 16, 29, 0, 0x5412, ' '],
  ['ioctl(TIOCLINUX)', 16, 29, 0, 0x541c, 'ptr'],
  ['ioctl(FICLONE)', 16, 29, 0, 0x4004_9409, 0],
  ['ioctl(FS_IOC_SETFLAGS)', 16, 29, 0, 0x4008_6602, 'ptr'],
  ['setsockopt(SO_ATTACH_FILTER)', 54, 208, -1, 1, 26, 'ptr', 16],
  ['setsockopt(SO_TIMESTAMPING)', 54, 208, -1, 1, 37, 'ptr', 4],
  ['setsockopt(SO_PASSCRED)', 54, 208, -1, 1, 16, 'ptr', 4],
  ['fcntl(F_NOTIFY)', 72, 25, 0, 1026, 0],
  ['fcntl(F_SETLEASE)', 72, 25, 0, 1024, 2],
  ['fcntl(F_SETPIPE_SZ)', 72, 25, 0, 1031, 4096],
  ['fcntl(F_SETOWN)', 72, 25, 0, 8, 0],
  ['fcntl(F_SETSIG)', 72, 25, 0, 10, 0],
  ['fcntl(F_SETLK)', 72, 25, 0, 6, 'ptr'],
];

const unknown: readonly Row[] = [
  ['clone3', 435, 435, 'ptr', 0],
  ['io_uring_setup', 425, 425, 1, 'ptr'],
  ['io_uring_enter', 426, 426, -1, 0, 0, 0, 0, 0],
  ['io_uring_register', 427, 427, -1, 0, 0, 0],
  ['pidfd_open', 434, 434, 'self', 0],
  ['pidfd_send_signal', 424, 424, -1, 0, 0, 0],
  ['process_madvise', 440, 440, -1, 0, 0, 0, 0],
  ['faccessat2', 439, 439, CURRENT_DIR, '/job', 0, 0],
  ['openat2', 437, 437, CURRENT_DIR, '/job', 'ptr', 24],
];

const probeOf =
  (answer: Probe['answer']) =>
  ([name, x64, arm64, ...args]: Row): Probe => ({ name, x64, arm64, args, answer });

/** Those that this machine's processor has. */
export const probes: readonly Probe[] = [...refused.map(probeOf('EPERM')), ...unknown.map(probeOf('ENOSYS'))].filter(
  ({ arm64 }) => process.arch === 'x64' || arm64 !== null,
);

const numberOf = ({ x64, arm64 }: Probe) => (process.arch === 'x64' ? x64 : arm64);

/**
 * A Python program that makes each call of `chosen` in a child of its own and prints one JSON object: name to the name of the
 * errno, "works" when the call did not fail, or "killed".
 */
export const probeScript = (chosen: readonly Probe[] = probes): string => `
import ctypes, errno, json, os
libc = ctypes.CDLL(None, use_errno=True)
probes = json.loads(r'''${JSON.stringify(chosen.map((probe) => [probe.name, numberOf(probe), probe.args]))}''')
def pointer(value):
    buffer = ctypes.create_string_buffer(value.encode() if value != 'ptr' else b'', 256)
    kept.append(buffer)
    return ctypes.c_void_p(ctypes.addressof(buffer))
def argument(value):
    if value == 'self': return ctypes.c_long(os.getpid())
    return pointer(value) if isinstance(value, str) else ctypes.c_long(value)
results = {}
for name, number, args in probes:
    kept = []
    r, w = os.pipe()
    child = os.fork()
    if child == 0:
        result = libc.syscall(ctypes.c_long(number), *[argument(value) for value in args])
        if result == 0 and name.startswith('clone'): os._exit(0)
        os.write(w, (b'works' if result != -1 else errno.errorcode[ctypes.get_errno()].encode()))
        os._exit(0)
    os.close(w)
    status = os.waitpid(child, 0)[1]
    results[name] = os.read(r, 100).decode() or ('killed' if os.WIFSIGNALED(status) else 'nothing')
    os.close(r)
print(json.dumps(results))
`;
