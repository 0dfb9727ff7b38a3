// The accounts as the rest of the api knows them.
import type { Principal } from '../access/principal.js';
import type { Db } from '../storage/tables.js';
import { ask } from '../storage/transaction.js';
import { AccessTokens } from './access-tokens.js';
import { forgetOldKeys, keyStanding, looksLikeKey, principalOfKey } from './api-keys.js';
import { newBootstrapSecret } from './bootstrap.js';
import { forgetOldAttempts } from './login-attempts.js';
import type { AccountParts } from './parts.js';
import { Passwords } from './password-hash.js';
import { forgetOldSessions, principalOfSession } from './sessions.js';
import { SigningKeys } from './signing-keys.js';

export interface Accounts {
  readonly parts: AccountParts;
  readonly tokens: AccessTokens;
  /** A secret to make the first admin with, to be printed; undefined: another one counts, or was used. */
  offerBootstrap(): Promise<string | undefined>;
  /** Who shows this bearer token: an access token or an API key. Throws `unauthenticated`, `storage_unavailable`. */
  whoHas(bearer: string): Promise<Principal | undefined>;
  /** Whether the session or key of somebody who was let in is good still, and he may what he might then. */
  isStill(who: Principal): Promise<boolean>;
  /** Drops what no longer counts. */
  forgetOld(): Promise<void>;
}

/** Throws ConfigError when the database's secrets were sealed under another master key. */
export async function openAccounts({
  db,
  masterKey,
  now,
}: {
  db: Db;
  masterKey: Buffer;
  now: () => Date;
}): Promise<Accounts> {
  const parts: AccountParts = { db, masterKey, now, passwords: new Passwords() };
  const keys = new SigningKeys(parts);
  await keys.signer();
  const tokens = new AccessTokens(keys, now);
  return {
    parts,
    tokens,
    offerBootstrap: () => newBootstrapSecret(parts),
    async whoHas(bearer) {
      if (looksLikeKey(bearer)) return principalOfKey(parts, bearer);
      const { sessionId, userId } = await tokens.check(bearer);
      return principalOfSession(db, sessionId, userId);
    },
    async isStill(who) {
      if (who.kind === 'anonymous') return true;
      const now =
        who.kind === 'key' ? keyStanding(parts, who.keyId) : principalOfSession(db, who.sessionId, who.userId);
      const standing = await now;
      return standing !== undefined && standing.role === who.role && standing.isSuperuser === who.isSuperuser;
    },
    forgetOld: () =>
      ask(async () => {
        await forgetOldAttempts(db);
        await forgetOldSessions(db);
        await forgetOldKeys(db);
      }),
  };
}
