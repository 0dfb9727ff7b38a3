import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { composeFiles, envText, linkEnv, overlaysIn } from './compose-env.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-env-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('what the operator has written stays, and what is ours is written anew, however often', () => {
  const settings = { COMPOSE_FILE: '/a.yml', ASTROGATE_SECRETS: '/new' };
  const before = 'ASTROGATE_SECRETS=/old\n# mine\nASTROGATE_HOSTS=sky.example\n';
  const once = envText(before, settings);
  expect(once).toBe('COMPOSE_FILE=/a.yml\nASTROGATE_SECRETS=/new\n# mine\nASTROGATE_HOSTS=sky.example\n');
  expect(envText(once, settings)).toBe(once);
});

test.each([[[]], [['nginx']], [['vault', 'hardened']], [['nginx', 'vault', 'hardened']]] as const)(
  'the choice of %j is found again',
  (chosen) => {
    const text = envText('', { COMPOSE_FILE: composeFiles(chosen, '') });
    expect(overlaysIn(text)).toEqual(chosen);
    expect(text.includes('/plain.yml')).toBe(!(chosen as readonly string[]).includes('nginx'));
  },
);

test('an earlier version named no files: none was chosen', () => {
  expect(overlaysIn('ASTROGATE_SECRETS=/x\n')).toEqual([]);
});

test("files of the operator's own go on being the last ones", () => {
  const before = envText('', { COMPOSE_FILE: `${composeFiles(['nginx'], '')}:/etc/mine.yml` });
  const after = composeFiles(['vault'], before);
  expect(after.split(':').map((file) => file.split('/').at(-1))).toEqual([
    ...['docker-compose.yml', 'plain.yml', 'vault.yml', 'mine.yml'],
  ]);
});

test('compose finds the settings by itself, and an .env of somebody else is not touched', () => {
  const envFile = join(directory, 'compose.env');
  writeFileSync(envFile, 'X=1\n');
  expect([linkEnv(directory, envFile), linkEnv(directory, envFile)]).toEqual([true, true]);
  expect(readFileSync(join(directory, '.env'), 'utf8')).toBe('X=1\n');
  rmSync(join(directory, '.env'));
  writeFileSync(join(directory, '.env'), 'Y=2\n');
  expect(linkEnv(directory, envFile)).toBe(false);
  expect(readFileSync(join(directory, '.env'), 'utf8')).toBe('Y=2\n');
});
