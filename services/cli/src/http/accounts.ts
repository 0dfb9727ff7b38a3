// Accounts over the public api.
import { UsageFailure } from '../failure.js';
import { readJson, request } from './request.js';

/** Hashing a password takes a while on a busy server. */
const answerSeconds = 60;

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly is_superuser: boolean;
  readonly is_disabled: boolean;
  readonly has_second_factor: boolean;
  readonly created_at: string;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly json?: object;
  /** Access token; without it the key that is kept is sent. */
  readonly token?: string;
}

async function call(server: string, path: string, { method = 'GET', json, token }: Call = {}): Promise<Response> {
  return request(server, `/api/v1${path}`, {
    ...{ method, seconds: answerSeconds },
    ...(json && { body: JSON.stringify(json) }),
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });
}

const has =
  <T>(...names: (keyof T & string)[]) =>
  (value: unknown): value is T =>
    typeof value === 'object' && value !== null && names.every((name) => name in value);

/** An access token, for some minutes. */
export async function signIn(
  server: string,
  credentials: { name: string; password: string; code?: string | undefined },
): Promise<string> {
  const answer = await call(server, '/auth/login', { method: 'POST', json: credentials });
  return (await readJson(answer, has<{ access_token: string }>('access_token'))).access_token;
}

export async function bootstrap(server: string, json: { secret: string; name: string; password: string }) {
  await call(server, '/auth/bootstrap', { method: 'POST', json });
}

export async function listUsers(server: string, token?: string): Promise<{ users: readonly User[] }> {
  return readJson(
    await call(server, '/users', { ...(token !== undefined && { token }) }),
    has<{ users: readonly User[] }>('users'),
  );
}

const idPattern = /^[0-9a-f]{32}$/;

/** The id of the account that is named, or meant by its id. Throws UsageFailure. */
async function idOf(server: string, token: string, nameOrId: string): Promise<string> {
  if (idPattern.test(nameOrId)) return nameOrId;
  const { users } = await listUsers(server, token);
  const found = users.find(({ name }) => name === nameOrId.toLowerCase());
  if (!found) throw new UsageFailure(`There is no account ${nameOrId}; see: astrogate users list`);
  return found.id;
}

export async function addUser(server: string, token: string, json: object): Promise<User> {
  return readJson(await call(server, '/users', { method: 'POST', json, token }), has<User>('id', 'name'));
}

/** `who`: name or id. Throws UsageFailure. */
export async function changeUser(server: string, token: string, who: string, json: object): Promise<User> {
  const id = await idOf(server, token, who);
  return readJson(await call(server, `/users/${id}`, { method: 'PATCH', json, token }), has<User>('id', 'name'));
}

/** `who`: name or id. Throws UsageFailure. */
export async function removeUser(server: string, token: string, who: string): Promise<void> {
  await call(server, `/users/${await idOf(server, token, who)}`, { method: 'DELETE', token });
}

export async function listKeys(server: string): Promise<{ keys: readonly Key[] }> {
  return readJson(await call(server, '/keys'), has<{ keys: readonly Key[] }>('keys'));
}

export async function addKey(server: string, token: string, json: object): Promise<Key & { key: string }> {
  const answer = await call(server, '/keys', { method: 'POST', json, token });
  return readJson(answer, has<Key & { key: string }>('id', 'key'));
}

export async function removeKey(server: string, token: string, id: string): Promise<void> {
  await call(server, `/keys/${encodeURIComponent(id)}`, { method: 'DELETE', token });
}
