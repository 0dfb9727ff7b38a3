// Signing in: the try is counted, the password compared whoever is named, then the second factor asked for. Nothing of
// the answer or its time tells whether a name exists.
import { AstrogateError } from '@astrogate/proto';
import { appendAudit, type Doer } from '../audit/audit.js';
import { RefusedAct } from '../audit/refused-act.js';
import { inTransaction } from '../storage/transaction.js';
import { countAttempt, forgetAttempts, takeBackAttempt } from './login-attempts.js';
import type { AccountParts } from './parts.js';
import { holdProof, type Proof, wrongText } from './proof.js';
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
  const proof = await prove(parts, credentials);
  const { userId } = proof;
  return inTransaction(parts.db, async (trx) => {
    await holdProof(trx, proof);
    const tokens = await beginSession(trx, userId);
    const target = `session:${tokens.sessionId}`;
    await appendAudit(trx, { ...doer, actor: `user:${userId}`, act: 'session.begin', target, result: 'done' });
    return tokens;
  });
}

/** Who knows all that. Used where somebody who has signed in must show it again, too. */
export async function prove(parts: AccountParts, { name, password, code }: Credentials): Promise<Proof> {
  await countAttempt(parts.db, name);
  const user = await passwordHashOf(parts, name);
  const isRight = await parts.passwords.isRight(password, user?.password_hash).catch(async (error) => {
    await takeBackAttempt(parts.db, name);
    throw error;
  });
  if (!user || !isRight || user.is_disabled) throw refused(user?.id, 'password');
  if (await hasSecondFactor(parts, user.id)) {
    if (code === undefined) {
      await takeBackAttempt(parts.db, name);
      throw new AstrogateError('second_factor_needed');
    }
    if (!(await takeCode(parts, user.id, code))) throw refused(user.id, 'code');
  }
  await forgetAttempts(parts.db, name);
  return { userId: user.id, passwordHash: user.password_hash };
}

/** On record as what it was: a try to begin a session. */
function refused(userId: string | undefined, wrongPart: 'password' | 'code'): RefusedAct {
  const target = userId === undefined ? 'user' : `user:${userId}`;
  return new RefusedAct('unauthenticated', wrongText, { act: 'session.begin', target, detail: { wrong: wrongPart } });
}
