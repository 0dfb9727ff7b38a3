// Sessions: a sign-in and all refresh tokens that follow from it. A session's row is looked at with every request, so
// that its end counts at once, on every replica.
import { AstrogateError } from '@astrogate/proto';
import type { Person } from '../access/principal.js';
import { appendAudit, type Doer } from '../audit/audit.js';
import { newId } from '../new-id.js';
import type { Db, Trx } from '../storage/tables.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { type AccountParts, dbIn, dbNow } from './parts.js';
import { decideRefresh } from './refresh-decision.js';
import { hashSecret, newSecret } from './secrets.js';

/** Whoever does not come back for so long signs in again, seconds. */
export const refreshSeconds = 14 * 86_400;
/** Whoever does, after so long, seconds. */
const sessionSeconds = 60 * 86_400;
/** Tells a refresh token from others at first sight. */
const refreshPrefix = 'agr_';

export interface NewTokens {
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshToken: string;
}

export async function beginSession(trx: Trx, userId: string): Promise<NewTokens> {
  const sessionId = newId();
  await trx
    .insertInto('sessions')
    .values({ id: sessionId, user_id: userId, expires_at: dbIn(sessionSeconds) })
    .execute();
  return { userId, sessionId, refreshToken: await addToken(trx, sessionId) };
}

async function addToken(trx: Trx, sessionId: string): Promise<string> {
  const token = `${refreshPrefix}${newSecret()}`;
  const row = { hash: hashSecret(token), session_id: sessionId, expires_at: dbIn(refreshSeconds) };
  await trx.insertInto('refresh_tokens').values(row).execute();
  return token;
}

/** Takes a refresh token and gives the next one. One that was taken before ends its session. Throws `unauthenticated`. */
export async function refreshSession({ db }: AccountParts, token: string, doer: Doer): Promise<NewTokens> {
  const tokens = await inTransaction(db, async (trx) => {
    const row = await lookAtToken(trx, token);
    const what = decideRefresh(
      row && { isUsed: row.used_at !== null, isExpired: Boolean(row.isExpired), isOver: Boolean(row.isOver) },
    );
    if (!row || what === 'refuse') return undefined;
    const about = { ...doer, actor: `user:${row.user_id}`, target: `session:${row.session_id}` };
    if (what === 'reuse') {
      await endSessions(trx, { sessionId: row.session_id }, 'reuse');
      await appendAudit(trx, { ...about, act: 'session.reuse', result: 'refused' });
      return undefined;
    }
    await trx.updateTable('refresh_tokens').set({ used_at: dbNow }).where('hash', '=', hashSecret(token)).execute();
    return { userId: row.user_id, sessionId: row.session_id, refreshToken: await addToken(trx, row.session_id) };
  });
  if (!tokens) throw new AstrogateError('unauthenticated', 'This refresh token is not valid; sign in again');
  return tokens;
}

/** Held until the transaction ends: of two who show the same token one is first. */
async function lookAtToken(trx: Trx, token: string) {
  return trx
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['refresh_tokens.used_at', 'refresh_tokens.session_id', 'sessions.user_id'])
    .select((eb) => [
      eb('refresh_tokens.expires_at', '<=', dbNow).as('isExpired'),
      eb
        .or([
          eb('sessions.ended_at', 'is not', null),
          eb('sessions.expires_at', '<=', dbNow),
          eb('users.is_disabled', '=', true),
        ])
        .as('isOver'),
    ])
    .where('refresh_tokens.hash', '=', hashSecret(token))
    .forUpdate(['refresh_tokens', 'sessions'])
    .executeTakeFirst();
}

/**
 * Holds the session of whoever acts until the transaction ends: what he does comes before its end, or not at all, however
 * long his request took. Rows of users and second factors are locked before. Throws `unauthenticated`.
 */
export async function holdSession(trx: Trx, { sessionId, userId }: Person): Promise<void> {
  const live = trx.selectFrom('sessions').select('id').where('id', '=', sessionId).where('user_id', '=', userId);
  const held = live.where('ended_at', 'is', null).where('expires_at', '>', dbNow).forShare();
  if (!(await held.executeTakeFirst()))
    throw new AstrogateError('unauthenticated', 'The session has ended; sign in again');
}

export type SessionEnd = 'logout' | 'reuse' | 'password' | 'disabled' | 'second_factor';

/** Ends a session, or all of a user. */
export async function endSessions(
  trx: Trx,
  which: { sessionId: string } | { userId: string },
  why: SessionEnd,
): Promise<void> {
  const live = trx.updateTable('sessions').set({ ended_at: dbNow, ended_by: why }).where('ended_at', 'is', null);
  const ended =
    'sessionId' in which ? live.where('id', '=', which.sessionId) : live.where('user_id', '=', which.userId);
  await ended.execute();
}

/** Who a session belongs to, as he stands now; undefined: it is over. */
export async function principalOfSession(db: Db, sessionId: string, userId: string): Promise<Person | undefined> {
  const row = await ask(() =>
    db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(['users.id', 'users.name', 'users.role', 'users.is_superuser'])
      .where('sessions.id', '=', sessionId)
      .where('users.id', '=', userId)
      .where('sessions.ended_at', 'is', null)
      .where('sessions.expires_at', '>', dbNow)
      .where('users.is_disabled', '=', false)
      .executeTakeFirst(),
  );
  if (!row) return undefined;
  const { name, role, is_superuser: isSuperuser } = row;
  return { kind: 'user', userId, name, role, isSuperuser, sessionId };
}

/** Drops sessions that nobody can use any more, a month after their end: until then a stolen token is noticed. */
export async function forgetOldSessions(db: Db): Promise<void> {
  const monthAgo = dbIn(-30 * 86_400);
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('ended_at', '<', monthAgo), eb('expires_at', '<', monthAgo)]))
    .execute();
}
