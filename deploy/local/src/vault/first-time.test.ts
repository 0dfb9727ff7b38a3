import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../run-command.js';
import { initialiseVault } from './first-time.js';

let secrets: string;
let heard: string[];
beforeEach(() => {
  secrets = mkdtempSync(join(tmpdir(), 'astrogate-first-time-'));
  heard = [];
});
afterEach(() => rmSync(secrets, { recursive: true, force: true }));

/** In the place of compose: a program that prints `lines` and ends with `code`. */
const fakeCompose = (lines: string, code: number) => (_: readonly string[], onLine?: (line: string) => void) =>
  runCommand([process.execPath, '-e', `process.stdout.write(${JSON.stringify(lines)}); process.exitCode = ${code}`], {
    ...(onLine && { onLine }),
  });
const keys = 'unseal_key: one\nunseal_key: two\nroot_token: hvs.x\n';
const hear = (line: string) => void heard.push(line);

test('keys are told also when something fails after them', async () => {
  await expect(initialiseVault(fakeCompose(keys, 1), secrets, hear)).rejects.toThrow('ended with 1');
  expect(heard).toEqual(['unseal key: one', 'unseal key: two', 'root token: hvs.x']);
});

test('keys are told also when the ids cannot be written', async () => {
  const compose = fakeCompose(`${keys}role_id: r\nsecret_id: s\n`, 0);
  await expect(initialiseVault(compose, join(secrets, 'absent'), hear)).rejects.toThrow('ENOENT');
  expect(heard).toHaveLength(3);
});

test("the api's ids go into files, and are not told", async () => {
  const compose = fakeCompose(`${keys}role_id: r\nsecret_id: s\n`, 0);
  expect(await initialiseVault(compose, secrets, hear)).toEqual({ unsealKeys: ['one', 'two'], rootToken: 'hvs.x' });
  expect(heard).toHaveLength(3);
  const read = (name: string) => readFileSync(join(secrets, name), 'utf8');
  expect([read('vault-role-id'), read('vault-secret-id')]).toEqual(['r\n', 's\n']);
});
