// System calls in another mode of the processor, whose numbers mean other calls: filters that forget them are no filters.
import { expect, test } from '@jest/globals';
import { python, run } from './box.js';
import { record } from './evidence.js';
import { withoutSeccomp } from './weaken.js';

const SIGSYS = 31;
const killedBySigsys = 128 + SIGSYS;

/** Runs machine code that makes one system call and prints what it returned. */
const machineCode = (bytes: string) => `
import ctypes, mmap, os
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex('${bytes}'))
print('calling', flush=True)
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
print('returned', call(), 'of', os.getpid())
`;
/** mov eax, 20 (getpid of 32-bit Linux); int 0x80; ret */
const int80 = 'b814000000cd80c3';
/** mov eax, 0x40000000 + 39 (getpid of x32); syscall; ret */
const x32 = 'b8270000400f05c3';

const onX64 = process.arch === 'x64' ? test : test.skip;

onX64('a 32-bit call by int 0x80 kills the process', async () => {
  const held = await run(python(machineCode(int80)));
  expect(held.stdout).toBe('calling\n');
  expect(held.exitCode).toBe(killedBySigsys);
  const weak = await run(python(machineCode(int80)), { weaken: withoutSeccomp });
  // A kernel without 32-bit programs ends it, too, with SIGSEGV.
  const second = weak.exitCode === 0 ? '' : 'a kernel without 32-bit programs';
  if (weak.exitCode === 0) expect(weak.stdout).toMatch(/returned 1 of 1/);
  record({
    attack: '32-bit-syscalls',
    control: 'seccomp: 64-bit calls only',
    held: 'int 0x80: killed with SIGSYS',
    weakened: weak.exitCode === 0 ? 'the 32-bit getpid answers' : `ended with ${weak.exitCode}`,
    second,
  });
});

onX64('an x32 call kills the process', async () => {
  const held = await run(python(machineCode(x32)));
  expect(held.stdout).toBe('calling\n');
  expect(held.exitCode).toBe(killedBySigsys);
  const weak = await run(python(machineCode(x32)), { weaken: withoutSeccomp });
  expect(weak.exitCode).toBe(0);
  record({
    attack: '32-bit-syscalls',
    control: 'seccomp: 64-bit calls only',
    held: 'x32: killed with SIGSYS',
    weakened: `the kernel looks at it and answers ${/returned (-?\d+)/.exec(weak.stdout)?.[1]}`,
  });
});
