// API keys: for programs. Each belongs to an account, has a name, is for something, and lapses. Kept is its beginning,
// by which it is found, and a hash.
import { AstrogateError } from '@astrogate/proto';
import type { Person, Principal, Scope } from '../access/principal.js';
import { appendAudit, type Doer } from '../audit/audit.js';
import { newId } from '../new-id.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { type AccountParts, dbIn, dbNow } from './parts.js';
import { hasHash, hashSecret, newSecret } from './secrets.js';
import { holdSession } from './sessions.js';

/** Of a key: what it is found by, then its secret. */
const keyPattern = /^(ag_[0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;
/** The last use is written down no oftener, seconds. */
const useSeconds = 60;
/** Of one account. More are most likely a program that makes one each time. */
const mostKeys = 100;

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

export interface WantedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
}

export const looksLikeKey = (token: string) => token.startsWith('ag_');

/** Makes a key for whoever has signed in. Its text is never seen again. Throws `conflict`. */
export async function makeKey(
  { db }: AccountParts,
  who: Person,
  wanted: WantedKey,
  doer: Doer,
): Promise<{ key: ApiKey; text: string }> {
  const { userId } = who;
  const id = newId();
  const prefix = `ag_${newId().slice(0, 12)}`;
  const text = `${prefix}_${newSecret()}`;
  const row = await inTransaction(db, async (trx) => {
    // The account's row is held, so that several at once are counted one after the other.
    await trx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow();
    await holdSession(trx, who);
    const own = trx.selectFrom('api_keys').where('user_id', '=', userId).where('expires_at', '>', dbNow);
    const { count } = await own.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow();
    if (Number(count) >= mostKeys) throw new AstrogateError('conflict', `An account has at most ${mostKeys} keys`);
    const made = await trx
      .insertInto('api_keys')
      .values({
        ...{ id, user_id: userId, name: wanted.name, prefix, secret_hash: hashSecret(text) },
        ...{ scopes: wanted.scopes.join(' '), expires_at: dbIn(wanted.days * 86_400) },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const detail = { name: wanted.name, scopes: wanted.scopes.join(' '), days: wanted.days };
    await appendAudit(trx, { ...doer, act: 'key.create', target: `key:${id}`, result: 'done', detail });
    return made;
  });
  return { key: toKey(row), text };
}

export function listKeys({ db }: AccountParts, userId: string): Promise<ApiKey[]> {
  return ask(async () => {
    const rows = db.selectFrom('api_keys').selectAll().where('user_id', '=', userId);
    return (await rows.orderBy('created_at').orderBy('id').execute()).map(toKey);
  });
}

/** Whether there was such a key of this account. */
export function removeKey({ db }: AccountParts, userId: string, id: string, doer: Doer): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const rows = trx.deleteFrom('api_keys').where('id', '=', id).where('user_id', '=', userId);
    if ((await rows.executeTakeFirst()).numDeletedRows === 0n) return false;
    await appendAudit(trx, { ...doer, act: 'key.remove', target: `key:${id}`, result: 'done' });
    return true;
  });
}

/** Who shows this key, as he stands now. Throws `unauthenticated`. */
export async function principalOfKey({ db }: AccountParts, text: string): Promise<Principal> {
  const prefix = keyPattern.exec(text)?.[1];
  const row = prefix === undefined ? undefined : await ask(() => findKey(db, prefix));
  if (!row || !hasHash(text, row.secret_hash))
    throw new AstrogateError('unauthenticated', 'The API key is not valid, or not any more');
  if (row.isUseOld)
    await ask(() => db.updateTable('api_keys').set({ last_used_at: dbNow }).where('id', '=', row.id).execute());
  const { id: keyId, user_id: userId, name, role, is_superuser: isSuperuser } = row;
  return { kind: 'key', keyId, userId, name, role, isSuperuser, scopes: toScopes(row.scopes) };
}

/** Who had shown this key, as he stands now; undefined: it is not good any more. */
export function keyStanding(
  { db }: AccountParts,
  id: string,
): Promise<Pick<Person, 'role' | 'isSuperuser'> | undefined> {
  return ask(async () => {
    const keys = db.selectFrom('api_keys').innerJoin('users', 'users.id', 'api_keys.user_id');
    const good = keys.where('api_keys.expires_at', '>', dbNow).where('users.is_disabled', '=', false);
    const own = good.where('api_keys.id', '=', id);
    return own.select(['users.role', 'users.is_superuser as isSuperuser']).executeTakeFirst();
  });
}

/** Drops keys a month after they have lapsed: until then their list shows why a program no longer gets in. */
export async function forgetOldKeys(db: AccountParts['db']): Promise<void> {
  await db
    .deleteFrom('api_keys')
    .where('expires_at', '<', dbIn(-30 * 86_400))
    .execute();
}

function findKey(db: AccountParts['db'], prefix: string) {
  return db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select(['api_keys.id', 'api_keys.user_id', 'api_keys.secret_hash', 'api_keys.scopes'])
    .select(['users.name', 'users.role', 'users.is_superuser'])
    .select((eb) =>
      eb
        .or([eb('api_keys.last_used_at', 'is', null), eb('api_keys.last_used_at', '<', dbIn(-useSeconds))])
        .as('isUseOld'),
    )
    .where('api_keys.prefix', '=', prefix)
    .where('api_keys.expires_at', '>', dbNow)
    .where('users.is_disabled', '=', false)
    .executeTakeFirst();
}

const toScopes = (text: string) => text.split(' ') as Scope[];

function toKey(row: {
  id: string;
  name: string;
  prefix: string;
  scopes: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
}): ApiKey {
  const { id, name, prefix } = row;
  const times = { createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at };
  return { id, name, prefix, scopes: toScopes(row.scopes), ...times };
}
