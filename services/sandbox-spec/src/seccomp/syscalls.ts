// Which system calls a sandbox may make, each group with its reason. Measured with strace over every picture format,
// recipe, hint and way to end, then widened only by what the same libraries do on other kernels or processors.
// A name that a processor does not have is passed over by the engine.

export interface SyscallGroup {
  readonly reason: string;
  readonly names: readonly string[];
}

/** Condition on one argument: `argument & mask` (all bits where there is no mask) equals `value`. */
export interface ArgumentRule {
  readonly name: string;
  readonly reason: string;
  /** Counted from 0. */
  readonly index: number;
  readonly value: number;
  readonly mask?: number;
}

/** Seen in every run, or in the one kind of picture that needs it. Allowed with any arguments. */
export const measured: readonly SyscallGroup[] = [
  { reason: 'memory of Node and the native programs', names: ['brk', 'madvise', 'mmap', 'mprotect', 'munmap'] },
  {
    reason: 'reading and writing what is open',
    names: ['close', 'fstat', 'lseek', 'pread64', 'read', 'write', 'writev'],
  },
  {
    reason: 'opening, looking at and listing files',
    names: ['access', 'getcwd', 'getdents64', 'lstat', 'newfstatat', 'openat', 'readlink', 'statx'],
  },
  { reason: 'files of a job on its tmpfs', names: ['chdir', 'mkdir', 'unlink'] },
  {
    reason: "pipes between programs; Node's are socket pairs, and no other socket can be made",
    names: ['dup2', 'eventfd2', 'pipe2', 'shutdown'],
  },
  { reason: 'waiting for input', names: ['epoll_create1', 'epoll_ctl', 'epoll_pwait'] },
  { reason: 'starting and ending programs', names: ['execve', 'exit', 'exit_group', 'wait4'] },
  {
    reason: 'threads',
    names: ['futex', 'gettid', 'rseq', 'sched_getaffinity', 'sched_getparam', 'sched_getscheduler', 'sched_yield']
      // Where a thread keeps what the kernel must clean up.
      .concat(['set_robust_list', 'set_tid_address']),
  },
  {
    reason: 'signals, which reach nothing outside the process namespace',
    names: ['kill', 'rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn'],
  },
  { reason: 'clocks', names: ['clock_nanosleep'] },
  {
    reason: 'facts about oneself; limits can only be lowered',
    names: ['capget', 'getegid', 'geteuid', 'getgid', 'getpid', 'getrusage', 'getuid', 'prlimit64'],
  },
  { reason: 'chance, and the size of the machine', names: ['getrandom', 'sysinfo', 'uname'] },
];

/** Not seen here, but made by the same programs elsewhere. None gives anything that those above do not. */
export const margin: readonly SyscallGroup[] = [
  {
    reason: 'aarch64 knows these alone',
    names: ['dup3', 'faccessat', 'mkdirat', 'ppoll', 'readlinkat', 'unlinkat'],
  },
  {
    reason: 'older forms of the calls above, as other builds of the C library and shells make them',
    names: ['dup', 'epoll_wait', 'fork', 'getppid', 'nanosleep', 'open', 'pipe', 'poll', 'stat', 'vfork', 'waitid'],
  },
  {
    reason: 'clocks, where the kernel does not answer without a call',
    names: ['clock_getres', 'clock_gettime', 'getcpu', 'gettimeofday', 'time'],
  },
  {
    reason: 'large buffers, other paths of libuv, and the end by abort()',
    names: ['ftruncate', 'membarrier', 'mremap', 'preadv', 'pwrite64', 'pwritev', 'readv', 'sigaltstack', 'tgkill'],
  },
  { reason: 'going on after a stop', names: ['restart_syscall'] },
  { reason: 'runc, between loading this profile and handing over', names: ['close_range', 'fstatfs'] },
];

/** Flags of clone that make namespaces: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
const namespaceFlags = 0x7e02_0000;

const unixFamily = 1;

/** Allowed when the argument is as said. */
export const allowedWith: readonly ArgumentRule[] = [
  { name: 'clone', reason: 'threads and children, but no namespaces', index: 0, mask: namespaceFlags, value: 0 },
  { name: 'socketpair', reason: "Node's pipes to its children", index: 0, value: unixFamily },
  { name: 'prctl', reason: 'PR_SET_NAME: threads give themselves names', index: 0, value: 15 },
  { name: 'arch_prctl', reason: 'ARCH_SET_FS: where a thread keeps its own variables', index: 0, value: 0x1002 },
  { name: 'ioctl', reason: 'FIONBIO: Node sets its pipes to non-blocking', index: 1, value: 0x5421 },
  { name: 'ioctl', reason: 'FIOCLEX: children do not inherit it', index: 1, value: 0x5451 },
  { name: 'ioctl', reason: 'TCGETS: is it a terminal', index: 1, value: 0x5401 },
  { name: 'ioctl', reason: 'TIOCGWINSZ: how wide is the terminal that is not there', index: 1, value: 0x5413 },
  { name: 'ioctl', reason: 'FIONREAD: how much can be read', index: 1, value: 0x541b },
  // Of the option alone: sockets are of AF_UNIX here, which has no options but those of SOL_SOCKET.
  { name: 'setsockopt', reason: "SO_SNDBUF: Node's pipes to its children", index: 2, value: 7 },
  { name: 'setsockopt', reason: "SO_RCVBUF: Node's pipes to its children", index: 2, value: 8 },
  { name: 'fcntl', reason: 'F_SETFD: children do not inherit it', index: 1, value: 2 },
  { name: 'fcntl', reason: 'F_GETFL: how is it open', index: 1, value: 3 },
  { name: 'fcntl', reason: 'F_SETFL: non-blocking', index: 1, value: 4 },
  { name: 'fcntl', reason: 'F_GETFD: not seen, the other half of F_SETFD', index: 1, value: 1 },
  { name: 'fcntl', reason: 'F_DUPFD: not seen; how shells put descriptors aside', index: 1, value: 0 },
  { name: 'fcntl', reason: 'F_DUPFD_CLOEXEC: not seen; the same in newer shells', index: 1, value: 1030 },
];

/**
 * Refused with ENOSYS and not with EPERM: whoever calls these does without them on an old kernel, and so here. Engine
 * 20.10 knows no other way to say so, since it ignores a profile's `defaultErrnoRet`.
 */
export const unknownCalls: readonly SyscallGroup[] = [
  { reason: 'glibc then uses clone, whose flags can be seen here', names: ['clone3'] },
  { reason: 'libuv then waits with epoll', names: ['io_uring_enter', 'io_uring_register', 'io_uring_setup'] },
  {
    reason: 'newer libraries then use the older call',
    names: [
      'epoll_pwait2',
      'faccessat2',
      'fchmodat2',
      'futex_requeue',
      'futex_wait',
      'futex_waitv',
      'futex_wake',
      'openat2',
    ].concat(['mseal', 'pidfd_open', 'pidfd_send_signal', 'preadv2', 'pwritev2', 'process_madvise']),
  },
];
