// How runs of this clone know of each other: files that hold the pid of a run. A file of a run that is dead counts for
// nothing, so nothing has to be cleaned up after a crash.
import { linkSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { places } from './places.js';

/** Takes the lock `file`. Returns undefined, or the pid of the living run that has it. */
export function takeLock(file: string): number | undefined {
  const own = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Linked and not written in place: nobody ever reads a lock without its pid.
  writeFileSync(own, String(process.pid));
  try {
    for (;;) {
      if (tryLink(own, file)) return undefined;
      const holder = readPid(file);
      if (holder !== undefined && isRun(holder)) return holder;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

export function releaseLock(file: string): void {
  if (readPid(file) === process.pid) rmSync(file, { force: true });
}

/** Notes in `directory` that this run uses what the directory stands for. */
export function addUser(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, String(process.pid)), '');
}

/** Takes the note back. Returns how many other living runs have one. */
export function removeUser(directory: string): number {
  rmSync(join(directory, String(process.pid)), { force: true });
  return readdirSync(directory).filter((name) => isRun(Number(name))).length;
}

/** Whether `pid` is a living run of this clone: pids are used again after a restart of the machine. */
function isRun(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const script = words.find((word) => /^(?!.*node_modules)(?:.*\/)?bin\/[a-z-]+\.js$/.test(word));
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return script !== undefined && (cwd === places.root || resolve(cwd, script).startsWith(`${places.root}/`));
  } catch {
    return false;
  }
}

function tryLink(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The pid in the file `path`, if it holds one. */
export function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
