// Accounts for tests of what is heard over HTTP: people who are put into the database as if they had long been there,
// apis that share it, and requests to them.
import { randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import type { Role } from '../src/access/principal.js';
import { type Accounts, openAccounts } from '../src/accounts/accounts.js';
import { hashSecret, newSecret } from '../src/accounts/secrets.js';
import { beginSession } from '../src/accounts/sessions.js';
import type { ApiConfig } from '../src/config.js';
import { newId } from '../src/new-id.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import type { Db } from '../src/storage/tables.js';
import type { TestDatabase } from './databases.js';
import { FakeSolverClient } from './fake-solver-client.js';
import { type RunningApi, runApi } from './running-api.js';

export const password = 'violet tractor under seven moons';
export const otherPassword = 'seven moons over a quiet tractor';
/** bcrypt's least cost: who compares with it is done in a millisecond. The api itself makes no such hashes. */
const quickHash = bcrypt.hashSync(password, 4);
/** One for a file: what one api seals, the other opens. */
const masterKey = randomBytes(32);

export interface Replica extends RunningApi {
  readonly accounts: Accounts;
  readonly solver: FakeSolverClient;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the api has answered
  readonly body: any;
}

export interface Asking {
  readonly json?: object | undefined;
  readonly bearer?: string | undefined;
  readonly headers?: Record<string, string>;
}

type RunParts = NonNullable<Parameters<typeof runApi>[1]>;

/** One more api on the same database, with accounts of its own. */
export async function startReplica(
  home: TestDatabase,
  {
    config = {},
    now = () => new Date(),
    log,
  }: { config?: Partial<ApiConfig>; now?: () => Date; log?: RunParts['log'] } = {},
): Promise<Replica & { database: Database }> {
  const database = await home.open();
  const store = await openJobStore(database, { leaseMs: 60_000 });
  const accounts = await openAccounts({ db: database.db, masterKey, now });
  const solver = new FakeSolverClient();
  const api = await runApi(config, { store, accounts, solver, ...(log && { log }) });
  return { ...api, accounts, solver, database };
}

/** Asks `api`; paths begin behind /api/v1. */
export async function ask(
  { url }: Pick<RunningApi, 'url'>,
  method: string,
  path: string,
  { json, bearer, headers = {} }: Asking = {},
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = /json\b/.test(response.headers.get('content-type') ?? '') && !text.includes('\n{');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : {},
  };
}

/** A name that nobody has yet. */
export const newName = (stem: string) => `${stem}-${newId().slice(0, 8)}`;

/** Puts an account with `password` into the database. */
export async function addPerson(
  db: Db,
  role: Role,
  { name = newName(role), isSuperuser = false, hash = quickHash } = {},
): Promise<Person> {
  const id = newId();
  const values = { id, name, role, is_superuser: isSuperuser, password_hash: hash };
  await db.insertInto('users').values(values).execute();
  return { id, name };
}

/** A session as a sign-in makes it, without the sign-in. */
export async function beginFor(
  { accounts, database }: Pick<Replica, 'accounts'> & { database: Database },
  { id }: Person,
): Promise<{ access: string; refresh: string; sessionId: string }> {
  const tokens = await database.db.transaction().execute((trx) => beginSession(trx, id));
  return { access: await accounts.tokens.issue(tokens), refresh: tokens.refreshToken, sessionId: tokens.sessionId };
}

export const signIn = (api: Pick<RunningApi, 'url'>, { name }: Person, more: { code?: string } = {}) =>
  ask(api, 'POST', '/auth/login', { json: { name, password, ...more } });

/** A bootstrap secret as a first start prints it, in the place of whatever was there. */
export async function plantBootstrap(db: Db): Promise<string> {
  const secret = `agb_${newSecret()}`;
  await db.deleteFrom('bootstrap').execute();
  await db
    .insertInto('bootstrap')
    .values({ id: 1, secret_hash: hashSecret(secret) })
    .execute();
  return secret;
}
