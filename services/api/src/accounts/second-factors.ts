// Second factors in the database: the sealed secret of an authenticator app, and recovery codes. No code counts twice.
import { AstrogateError } from '@astrogate/proto';
import type { Person } from '../access/principal.js';
import { appendAudit, type Doer } from '../audit/audit.js';
import type { Trx } from '../storage/tables.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { codeUri, newCodeSecret, newRecoveryCode, recoveryPattern, stepOfCode } from './one-time-code.js';
import { type AccountParts, dbNow } from './parts.js';
import { seal, unseal } from './seal.js';
import { hashSecret } from './secrets.js';
import { holdSession } from './sessions.js';

const recoveryCodes = 10;
const purposeOf = (userId: string) => `second factor ${userId}`;

export function hasSecondFactor({ db }: AccountParts, userId: string): Promise<boolean> {
  return ask(async () => {
    const rows = db.selectFrom('second_factors').select('user_id').where('user_id', '=', userId);
    return (await rows.where('confirmed_at', 'is not', null).executeTakeFirst()) !== undefined;
  });
}

/** Makes a secret that is asked of nobody until it is confirmed. Throws `conflict` when there is a factor already. */
export async function proposeFactor(
  { db, masterKey }: AccountParts,
  { userId, name }: { userId: string; name: string },
): Promise<{ secret: string; uri: string }> {
  const secret = newCodeSecret();
  const sealed_secret = seal(masterKey, purposeOf(userId), Buffer.from(secret));
  const row = await ask(() =>
    db
      .insertInto('second_factors')
      .values({ user_id: userId, sealed_secret })
      .onConflict((conflict) =>
        conflict
          .column('user_id')
          .doUpdateSet({ sealed_secret, last_step: 0 })
          .where('second_factors.confirmed_at', 'is', null),
      )
      .returning('user_id')
      .executeTakeFirst(),
  );
  if (!row) throw new AstrogateError('conflict', 'This account has a second factor; remove it first');
  return { secret, uri: codeUri(secret, name) };
}

/** The app shows the right code: from now on it is asked for. Returns recovery codes, which are never seen again. */
export async function confirmFactor(parts: AccountParts, who: Person, code: string, doer: Doer): Promise<string[]> {
  const { userId } = who;
  const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
  const isRight = await inTransaction(parts.db, async (trx) => {
    const factor = await lockFactor(trx, userId);
    await holdSession(trx, who);
    if (factor?.confirmed_at !== null || !(await takeAppCode(parts, trx, factor, code))) return false;
    const rows = trx.updateTable('second_factors').set({ confirmed_at: dbNow }).where('user_id', '=', userId);
    await rows.execute();
    const values = codes.map((text) => ({ user_id: userId, hash: hashSecret(text) }));
    await trx.insertInto('recovery_codes').values(values).execute();
    await appendAudit(trx, { ...doer, act: 'factor.add', target: `user:${userId}`, result: 'done' });
    return true;
  });
  if (!isRight) throw new AstrogateError('unauthenticated', 'This code is wrong, or there is nothing to confirm');
  return codes;
}

export function removeFactor({ db }: AccountParts, who: Person, doer: Doer): Promise<void> {
  const { userId } = who;
  return inTransaction(db, async (trx) => {
    await lockFactor(trx, userId);
    await holdSession(trx, who);
    await trx.deleteFrom('second_factors').where('user_id', '=', userId).execute();
    await appendAudit(trx, { ...doer, act: 'factor.remove', target: `user:${userId}`, result: 'done' });
  });
}

/** Whether this is a code of the app or a recovery code of the user. It is used up with that. */
export function takeCode(parts: AccountParts, userId: string, code: string): Promise<boolean> {
  return inTransaction(parts.db, async (trx) => {
    const factor = await lockFactor(trx, userId);
    if (!factor?.confirmed_at) return false;
    if (!recoveryPattern.test(code)) return takeAppCode(parts, trx, factor, code);
    const rows = trx.deleteFrom('recovery_codes').where('user_id', '=', userId).where('hash', '=', hashSecret(code));
    return (await rows.executeTakeFirst()).numDeletedRows > 0n;
  });
}

interface Factor {
  readonly user_id: string;
  readonly sealed_secret: string;
  readonly confirmed_at: Date | null;
  readonly last_step: number;
}

function lockFactor(trx: Trx, userId: string): Promise<Factor | undefined> {
  return trx.selectFrom('second_factors').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst();
}

async function takeAppCode({ masterKey, now }: AccountParts, trx: Trx, factor: Factor, code: string): Promise<boolean> {
  const secret = unseal(masterKey, purposeOf(factor.user_id), factor.sealed_secret).toString();
  const step = stepOfCode(secret, code, now());
  if (step === undefined || step <= factor.last_step) return false;
  const rows = trx.updateTable('second_factors').set({ last_step: step }).where('user_id', '=', factor.user_id);
  await rows.execute();
  return true;
}
