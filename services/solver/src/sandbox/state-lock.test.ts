import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockStateDir } from './state-lock.js';

let directory: string;
let stateDir: string;
beforeEach(() => {
  // Longer than a socket's path may be.
  directory = mkdtempSync(join(tmpdir(), 'lock-test-'));
  stateDir = join(directory, 'x'.repeat(120));
  mkdirSync(stateDir);
});
afterEach(() => rmSync(directory, { recursive: true }));

test('one solver at a time: the second is refused, and let in when the first has gone', async () => {
  const first = await lockStateDir(stateDir);
  await expect(lockStateDir(stateDir)).rejects.toThrow(new ConfigError('SOLVER_STATE_DIR is held by another solver'));
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await using _second = await lockStateDir(stateDir);
});

test('the lock of a process that was killed holds nobody up', async () => {
  const program = `process.chdir(${JSON.stringify(stateDir)});
    require('net').createServer().listen('lock', () => console.log('listening'));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await expect(lockStateDir(stateDir)).rejects.toThrow('held by another solver');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  await using _lock = await lockStateDir(stateDir);
});

test('a directory in its place is an error of configuration', async () => {
  mkdirSync(join(stateDir, 'lock'));
  await expect(lockStateDir(stateDir)).rejects.toThrow(ConfigError);
});
