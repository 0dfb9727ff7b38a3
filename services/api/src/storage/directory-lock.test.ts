import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DirectoryInUse, lockDirectory } from './directory-lock.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'astrogate-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a directory is had by one at a time', async () => {
  const lock = await lockDirectory(dir);
  await expect(lockDirectory(dir)).rejects.toThrow(DirectoryInUse);
  await lock.release();
  const next = await lockDirectory(dir);
  await next.release();
});

test('a process that is killed leaves a directory that can be had', async () => {
  const listen = `require('net').createServer().listen('lock', () => console.log('held'))`;
  const holder = spawn(process.execPath, ['-e', listen], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  await expect(lockDirectory(dir)).rejects.toThrow(DirectoryInUse);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(existsSync(join(dir, 'lock'))).toBe(true);
  const lock = await lockDirectory(dir);
  await lock.release();
});

test('a path that is too long for a lock is refused', async () => {
  await expect(lockDirectory(join(dir, 'x'.repeat(100)))).rejects.toThrow('longer than');
});

test('one whose socket was taken away in the very moment knows that it has not got the directory', async () => {
  const lost = lockDirectory(dir);
  while (!existsSync(join(dir, 'lock'))) await new Promise((resolve) => setImmediate(resolve));
  rmSync(join(dir, 'lock'));
  const other = createServer((socket) => socket.destroy());
  other.listen(join(dir, 'lock'));
  await once(other, 'listening');
  await expect(lost).rejects.toThrow(DirectoryInUse);
  expect(existsSync(join(dir, 'lock'))).toBe(true);
  other.close();
});
