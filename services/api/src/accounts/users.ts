// Accounts in the database: made, looked at, changed, removed. Every change is decided on under locks, in its own
// transaction, so that of two admins who demote each other one stays.
import { AstrogateError } from '@astrogate/proto';
import type { Selectable } from 'kysely';
import type { Person, Role } from '../access/principal.js';
import { appendAudit, type Doer } from '../audit/audit.js';
import { RefusedAct } from '../audit/refused-act.js';
import { newId } from '../new-id.js';
import type { AccountTables } from '../storage/account-tables.js';
import type { Trx } from '../storage/tables.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { forgetAttempts } from './login-attempts.js';
import { type AccountParts, dbNow } from './parts.js';
import { checkPassword } from './password-rules.js';
import { holdProof, type Proof } from './proof.js';
import { endSessions, holdSession } from './sessions.js';
import { type ChangeDecision, decideChange, decideCreation, type Standing, type UserChange } from './user-rules.js';

export interface User extends Standing {
  readonly name: string;
  readonly createdAt: Date;
  readonly hasSecondFactor: boolean;
}

/** Letters, digits and what e-mail addresses have, in lower case. */
export const namePattern = /^[a-z0-9][a-z0-9._@+-]{0,62}[a-z0-9]$/;

export interface NewUser {
  readonly name: string;
  readonly password: string;
  readonly role: Role;
  readonly isSuperuser: boolean;
}

type Row = Selectable<AccountTables['users']> & { factor_at?: Date | null };

const refusals: Record<Exclude<ChangeDecision, 'allowed'>, [code: 'forbidden' | 'conflict', message: string]> = {
  no_admin: ['forbidden', 'Only an admin may do that'],
  superuser_only: ['forbidden', 'Only a superuser may do that'],
  superuser_is_admin: ['conflict', 'A superuser has the role admin'],
  oneself: ['conflict', 'Nobody may do that to his own account'],
  last_admin: ['conflict', 'This is the last admin'],
  last_superuser: ['conflict', 'This is the last superuser'],
};

export function listUsers({ db }: AccountParts): Promise<User[]> {
  return ask(async () => (await usersOf(db).orderBy('users.name').execute()).map(toUser));
}

export function findUser({ db }: AccountParts, id: string): Promise<User | undefined> {
  return ask(async () => {
    const row = await usersOf(db).where('users.id', '=', id).executeTakeFirst();
    return row && toUser(row);
  });
}

/** Throws `weak_password`, `forbidden`, and `conflict` when the name is taken. */
export async function createUser(parts: AccountParts, who: Person, wanted: NewUser, doer: Doer): Promise<User> {
  await checkPassword(wanted.password, [wanted.name]);
  const hash = await parts.passwords.hash(wanted.password);
  return inTransaction(parts.db, async (trx) => {
    const { actor } = await lockAccounts(trx, who.userId, who.userId);
    await holdSession(trx, who);
    const decision = actor ? decideCreation(actor, wanted) : 'no_admin';
    const detail = { name: wanted.name, role: wanted.role, superuser: wanted.isSuperuser };
    if (decision !== 'allowed') throw refusal(decision, { act: 'user.create', target: 'user', detail });
    const row = await insertUser(trx, wanted, hash);
    await appendAudit(trx, { ...doer, act: 'user.create', target: `user:${row.id}`, result: 'done', detail });
    return toUser(row);
  });
}

/** Throws `conflict` when the name is taken. */
export async function insertUser(trx: Trx, { name, role, isSuperuser }: Omit<NewUser, 'password'>, hash: string) {
  const values = { id: newId(), name, role, is_superuser: isSuperuser, password_hash: hash };
  const row = await trx
    .insertInto('users')
    .values(values)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new AstrogateError('conflict', 'This name is taken');
  return row;
}

export interface WantedChange extends Omit<UserChange, 'credentials'> {
  /** A new one, of somebody else. */
  readonly password?: string | undefined;
  /** Whether his second factor is taken away. */
  readonly withoutFactor?: true;
}

/** Changes or removes an account. Throws `not_found`, `forbidden`, `conflict`, `weak_password`. */
export async function changeUser(
  parts: AccountParts,
  who: Person,
  targetId: string,
  wanted: WantedChange,
  doer: Doer,
): Promise<void> {
  const { password, withoutFactor, ...plain } = wanted;
  const hash = password === undefined ? undefined : await hashFor(parts, targetId, password);
  const change: UserChange = { ...plain, ...((hash || withoutFactor) && { credentials: true }) };
  await inTransaction(parts.db, async (trx) => {
    const { actor, target, admins } = await lockAccounts(trx, who.userId, targetId);
    await holdSession(trx, who);
    if (!target) throw noSuchUser();
    const act = wanted.removed ? 'user.remove' : 'user.change';
    const tried = { act, target: `user:${targetId}`, detail: detailOf(wanted) } as const;
    const decided = actor ? decideChange(actor, target, change, admins) : 'no_admin';
    if (decided !== 'allowed') throw refusal(decided, tried);
    await apply(trx, target, wanted, hash);
    await appendAudit(trx, { ...doer, ...tried, result: 'done' });
  });
}

async function hashFor(parts: AccountParts, userId: string, password: string): Promise<string> {
  const user = await findUser(parts, userId);
  if (!user) throw noSuchUser();
  await checkPassword(password, [user.name]);
  return parts.passwords.hash(password);
}

async function apply(trx: Trx, target: User, wanted: WantedChange, hash: string | undefined): Promise<void> {
  const { id } = target;
  if (wanted.removed) return void (await trx.deleteFrom('users').where('id', '=', id).execute());
  await trx
    .updateTable('users')
    .set({
      role: wanted.role ?? target.role,
      is_superuser: wanted.isSuperuser ?? target.isSuperuser,
      is_disabled: wanted.isDisabled ?? target.isDisabled,
      ...(hash !== undefined && { password_hash: hash, password_changed_at: dbNow }),
    })
    .where('id', '=', id)
    .execute();
  if (wanted.withoutFactor) await trx.deleteFrom('second_factors').where('user_id', '=', id).execute();
  if (wanted.isDisabled) await endSessions(trx, { userId: id }, 'disabled');
  if (hash !== undefined) {
    await endSessions(trx, { userId: id }, 'password');
    await forgetAttempts(trx, target.name);
  }
  // Whoever had his account may have made keys.
  if (wanted.isDisabled || hash !== undefined) await trx.deleteFrom('api_keys').where('user_id', '=', id).execute();
  if (wanted.withoutFactor) await endSessions(trx, { userId: id }, 'second_factor');
}

/** One's own password, by the old one; ends all own sessions. Throws `unauthenticated`, `weak_password`. */
export async function setOwnPassword(
  parts: AccountParts,
  { who, proof, password }: { who: Person; proof: Proof; password: string },
  doer: Doer,
): Promise<void> {
  const { userId, name } = who;
  await checkPassword(password, [name]);
  const hash = await parts.passwords.hash(password);
  await inTransaction(parts.db, async (trx) => {
    await holdProof(trx, proof);
    await holdSession(trx, who);
    const rows = trx.updateTable('users').set({ password_hash: hash, password_changed_at: dbNow });
    await rows.where('id', '=', userId).execute();
    await endSessions(trx, { userId }, 'password');
    await forgetAttempts(trx, name);
    await appendAudit(trx, { ...doer, act: 'user.password', target: `user:${userId}`, result: 'done' });
  });
}

export function passwordHashOf({ db }: AccountParts, name: string) {
  return ask(() =>
    db
      .selectFrom('users')
      .select(['id', 'name', 'password_hash', 'is_disabled'])
      .where('name', '=', name)
      .executeTakeFirst(),
  );
}

/** The two accounts and all admins, none of which changes until the transaction ends. Always locked in one order. */
async function lockAccounts(trx: Trx, actorId: string, targetId: string) {
  const rows = await trx
    .selectFrom('users')
    .selectAll()
    .where((eb) => eb.or([eb('role', '=', 'admin'), eb('id', 'in', [actorId, targetId])]))
    .orderBy('id')
    .forUpdate()
    .execute();
  const all = rows.map(toUser);
  const named = (id: string) => all.find((user) => user.id === id);
  return { actor: named(actorId), target: named(targetId), admins: all.filter(({ role }) => role === 'admin') };
}

function usersOf(db: AccountParts['db']) {
  return db
    .selectFrom('users')
    .leftJoin('second_factors', 'second_factors.user_id', 'users.id')
    .selectAll('users')
    .select('second_factors.confirmed_at as factor_at');
}

function toUser(row: Row): User {
  const { id, name, role } = row;
  const standing = { isSuperuser: row.is_superuser, isDisabled: row.is_disabled };
  return { id, name, role, ...standing, createdAt: row.created_at, hasSecondFactor: Boolean(row.factor_at) };
}

function detailOf({ role, isSuperuser, isDisabled, password, withoutFactor }: WantedChange) {
  return {
    ...(role !== undefined && { role }),
    ...(isSuperuser !== undefined && { superuser: isSuperuser }),
    ...(isDisabled !== undefined && { disabled: isDisabled }),
    ...(password !== undefined && { password: true }),
    ...(withoutFactor && { second_factor: false }),
  };
}

export const noSuchUser = () => new AstrogateError('not_found', 'There is no such user');

function refusal(decision: Exclude<ChangeDecision, 'allowed'>, tried: RefusedAct['tried']): RefusedAct {
  return new RefusedAct(...refusals[decision], tried);
}
