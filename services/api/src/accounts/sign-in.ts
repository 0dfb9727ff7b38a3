// Signing in: the try is counted, the password compared whoever is named, then the second factor asked for. Nothing of
// the answer or its time tells whether a name exists.
import { AstrogateError } from '@astrogate/proto';
import { appendAudit, type Doer } from '../audit/audit.js';
import { inTransaction } from '../storage/transaction.js';
import { countAttempt, forgetAttempts, takeBackAttempt } from './login-attempts.js';
import type { AccountParts } from './parts.js';
import { hasSecondFactor, takeCode } from './second-factors.js';
import { beginSession, type NewTokens } from './sessions.js';
import { passwordHashOf } from './users.js';

export interface Credentials {
  /** In lower case. */
  readonly name: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code. */
  readonly code?: string | undefined;
}

/** Throws `unauthenticated`, `second_factor_needed`, `account_locked`, `busy`. */
export async function signIn(parts: AccountParts, credentials: Credentials, doer: Doer): Promise<NewTokens> {
  const userId = await prove(parts, credentials, doer);
  return inTransaction(parts.db, async (trx) => {
    const user = trx.selectFrom('users').select('id').where('id', '=', userId).where('is_disabled', '=', false);
    if (!(await user.forUpdate().executeTakeFirst())) throw wrong();
    const tokens = await beginSession(trx, userId);
    const target = `session:${tokens.sessionId}`;
    await appendAudit(trx, { ...doer, actor: `user:${userId}`, act: 'session.begin', target, result: 'done' });
    return tokens;
  });
}

/** The id of the user who knows all that. Used where somebody who has signed in must show it again, too. */
export async function prove(parts: AccountParts, { name, password, code }: Credentials, doer: Doer): Promise<string> {
  await countAttempt(parts.db, name);
  const user = await passwordHashOf(parts, name);
  const isRight = await parts.passwords.isRight(password, user?.password_hash).catch(async (error) => {
    await takeBackAttempt(parts.db, name);
    throw error;
  });
  if (!user || !isRight || user.is_disabled) throw await refused(parts, doer, user?.id, 'password');
  if (await hasSecondFactor(parts, user.id)) {
    if (code === undefined) {
      await takeBackAttempt(parts.db, name);
      throw new AstrogateError('second_factor_needed');
    }
    if (!(await takeCode(parts, user.id, code))) throw await refused(parts, doer, user.id, 'code');
  }
  await forgetAttempts(parts.db, name);
  return user.id;
}

async function refused(
  { db }: AccountParts,
  doer: Doer,
  userId: string | undefined,
  what: 'password' | 'code',
): Promise<AstrogateError> {
  const target = userId === undefined ? 'user' : `user:${userId}`;
  await inTransaction(db, (trx) =>
    appendAudit(trx, { ...doer, act: 'session.begin', target, result: 'refused', detail: { wrong: what } }),
  );
  return wrong();
}

const wrong = () => new AstrogateError('unauthenticated', 'Name, password or code is wrong');
