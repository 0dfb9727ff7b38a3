import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { places } from './places.js';
import { addUser, readPid, releaseLock, removeUser, takeLock } from './runs.js';

let home: string;
let lock: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astrogate-runs-'));
  lock = join(home, 'run', 'lock');
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'start.js'), "console.log('up'); setInterval(() => {}, 60_000);");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** A process that looks like `npm start` of the clone at `cwd`. */
async function run(cwd = places.root): Promise<number> {
  const child = spawn(process.execPath, [join(home, 'bin', 'start.js')], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child.pid as number;
}

function hold(pid: number): void {
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(lock, String(pid));
}

test('a lock is had once, and released only by who has it', async () => {
  expect(takeLock(lock)).toBeUndefined();
  expect(readPid(lock)).toBe(process.pid);
  releaseLock(lock);
  expect(readPid(lock)).toBeUndefined();
  const other = await run();
  hold(other);
  expect(takeLock(lock)).toBe(other);
  releaseLock(lock);
  expect(readPid(lock)).toBe(other);
});

test('the lock of a dead process, of another program and of another clone counts for nothing', async () => {
  for (const pid of [2 ** 22 + 1, process.ppid, await run(tmpdir())]) {
    hold(pid);
    expect(takeLock(lock)).toBeUndefined();
    releaseLock(lock);
  }
});

test('users count as long as they live', async () => {
  const users = join(home, 'users');
  const other = await run();
  addUser(users);
  writeFileSync(join(users, String(other)), '');
  writeFileSync(join(users, String(2 ** 22 + 1)), '');
  expect(removeUser(users)).toBe(1);
  const gone = new Promise((resolve) => children[0]?.once('close', resolve));
  children[0]?.kill('SIGKILL');
  await gone;
  expect(removeUser(users)).toBe(0);
});
