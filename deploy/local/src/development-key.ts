// The account and API key of a development run, so that everything can be tried at once: an admin named "developer",
// made with the api's bootstrap secret. Nobody else may read the files.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, places } from './places.js';
import type { Stack } from './stack/stack.js';
import { say } from './step.js';

const userName = 'developer';
const keyDays = 366;
const answerMs = 30_000;

/** Beside the api's database, with which it goes. */
const secretFile = join(places.api, 'development-bootstrap');
const passwordFile = join(places.api, 'development-password');

/** Makes sure of a key that works, in `.astrogate/dev-api-key`, and of the password, in `dev-password` beside it. A database of somebody else's accounts stays as it is. */
export async function ensureDevelopmentKey({ url, api }: Pick<Stack, 'url' | 'api'>): Promise<void> {
  const keyFile = join(makePrivateDirectory(places.state), 'dev-api-key');
  // Kept before it is used: it is told only once.
  if (api.ready.bootstrapSecret !== undefined) writePrivate(secretFile, api.ready.bootstrapSecret);
  await makeAccount(url);
  if (existsSync(passwordFile)) writePrivate(join(places.state, 'dev-password'), read(passwordFile));
  if (existsSync(keyFile) && (await call(url, 'GET', '/auth/me', read(keyFile))).status === 200) return;
  const key = existsSync(passwordFile) ? await makeKey(url, read(passwordFile)) : undefined;
  if (key === undefined) return say('no development key was made: this database has accounts of its own');
  writePrivate(keyFile, key);
  say('API key of the account "developer", an admin: .astrogate/dev-api-key; its password: .astrogate/dev-password');
}

async function makeAccount(url: string): Promise<void> {
  if (!existsSync(secretFile)) return;
  const secret = read(secretFile);
  if (!existsSync(passwordFile)) writePrivate(passwordFile, randomBytes(24).toString('base64url'));
  const { status } = await call(url, 'POST', '/auth/bootstrap', undefined, {
    ...{ secret, name: userName, password: read(passwordFile) },
  });
  // 401: a start that was cut off had used it.
  if (status === 201 || status === 401) rmSync(secretFile);
}

async function makeKey(url: string, password: string): Promise<string | undefined> {
  const { access_token } = (await call(url, 'POST', '/auth/login', undefined, { name: userName, password })).body;
  if (typeof access_token !== 'string') return undefined;
  const wanted = { name: 'npm start', scopes: ['solve', 'read', 'admin'], days: keyDays };
  const { key } = (await call(url, 'POST', '/keys', access_token, wanted)).body;
  return typeof key === 'string' ? key : undefined;
}

async function call(url: string, method: string, path: string, bearer?: string, body?: object) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerMs),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const read = (path: string) => readFileSync(path, 'utf8').trim();

/** Whole or not at all. */
function writePrivate(path: string, text: string): void {
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
