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

/** Allowed with any arguments. */
export const allowed: readonly SyscallGroup[] = [
  {
    reason: 'memory of Node and the native programs',
    names: ['brk', 'madvise', 'mmap', 'mprotect', 'mremap', 'munmap'],
  },
  {
    reason: 'reading and writing what is open',
    names: ['close', 'fstat', 'lseek', 'pread64', 'preadv', 'pwrite64', 'pwritev', 'read', 'readv', 'write', 'writev'],
  },
  {
    reason: 'opening, looking at and listing files',
    names: ['access', 'faccessat', 'faccessat2', 'getcwd', 'getdents64', 'lstat', 'newfstatat', 'open', 'openat']
      // statfs: runc asks what /proc is before it hands over; readlink: Node looks for itself.
      .concat(['fstatfs', 'readlink', 'readlinkat', 'stat', 'statfs', 'statx']),
  },
  {
    reason: 'files of a job on its tmpfs',
    names: ['chdir', 'chmod', 'fadvise64', 'fallocate', 'fchmod', 'fchmodat', 'fsync', 'ftruncate', 'mkdir', 'mkdirat']
      .concat(['rename', 'renameat', 'renameat2', 'rmdir', 'umask', 'unlink', 'unlinkat'])
      // How programs copy from file to file or pipe.
      .concat(['copy_file_range', 'sendfile']),
  },
  {
    reason: 'file descriptors and pipes between programs',
    names: ['close_range', 'dup', 'dup2', 'dup3', 'eventfd2', 'fcntl', 'pipe', 'pipe2'],
  },
  {
    reason: "Node's pipes to its children are socket pairs; no other socket can be made",
    names: ['getsockname', 'getsockopt', 'recvmsg', 'sendmsg', 'setsockopt', 'shutdown'],
  },
  {
    reason: 'waiting for input',
    names: ['epoll_create1', 'epoll_ctl', 'epoll_pwait', 'epoll_wait', 'poll', 'ppoll', 'pselect6', 'select'],
  },
  {
    reason: 'starting and ending programs',
    names: ['execve', 'exit', 'exit_group', 'fork', 'vfork', 'wait4', 'waitid'],
  },
  {
    reason: 'threads',
    names: ['futex', 'get_robust_list', 'getcpu', 'gettid', 'membarrier', 'rseq', 'sched_getaffinity']
      .concat(['sched_getparam', 'sched_getscheduler', 'sched_yield', 'set_robust_list', 'set_tid_address']),
  },
  {
    reason: 'signals, which reach nothing outside the process namespace',
    names: ['kill', 'pause', 'restart_syscall', 'rt_sigaction', 'rt_sigpending', 'rt_sigprocmask', 'rt_sigreturn']
      .concat(['rt_sigsuspend', 'rt_sigtimedwait', 'sigaltstack', 'tgkill', 'tkill']),
  },
  {
    reason: 'clocks',
    names: ['alarm', 'clock_getres', 'clock_gettime', 'clock_nanosleep', 'getitimer', 'gettimeofday', 'nanosleep']
      .concat(['setitimer', 'time', 'times']),
  },
  {
    reason: 'facts about oneself; limits can only be lowered',
    names: ['capget', 'getegid', 'geteuid', 'getgid', 'getgroups', 'getpgid', 'getpgrp', 'getpid', 'getppid']
      .concat(['getpriority', 'getresgid', 'getresuid', 'getrlimit', 'getrusage', 'getuid', 'prlimit64', 'setrlimit']),
  },
  { reason: 'chance, and the size of the machine', names: ['getrandom', 'sysinfo', 'uname'] },
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
    names: ['epoll_pwait2', 'fchmodat2', 'futex_requeue', 'futex_wait', 'futex_waitv', 'futex_wake', 'openat2']
      .concat(['mseal', 'pidfd_open', 'pidfd_send_signal', 'preadv2', 'pwritev2', 'process_madvise']),
  },
];
