// The accounts as the rest of the api knows them.
import type { Principal } from '../access/principal.js';
import type { Db } from '../storage/tables.js';
import { ask } from '../storage/transaction.js';
import { AccessTokens } from './access-tokens.js';
import { isKeyGood, looksLikeKey, principalOfKey } from './api-keys.js';
import { newBootstrapSecret } from './bootstrap.js';
import { forgetOldAttempts } from './login-attempts.js';
import type { AccountParts } from './parts.js';
import { Passwords } from './password-hash.js';
import { forgetOldSessions, principalOfSession } from './sessions.js';
import { SigningKeys } from './signing-keys.js';

export interface Accounts {
  readonly parts: AccountParts;
  readonly tokens: AccessTokens;
  /** To be printed, once; undefined: there was one before. */
  readonly bootstrapSecret: string | undefined;
  /** Who shows this bearer token: an access token or an API key. Throws `unauthenticated`, `storage_unavailable`. */
  whoHas(bearer: string): Promise<Principal | undefined>;
  /** Whether the session or key of somebody who was let in is good still. */
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
    bootstrapSecret: await newBootstrapSecret(parts),
    async whoHas(bearer) {
      if (looksLikeKey(bearer)) return principalOfKey(parts, bearer);
      const { sessionId, userId } = await tokens.check(bearer);
      return principalOfSession(db, sessionId, userId);
    },
    async isStill(who) {
      if (who.kind === 'user') return (await principalOfSession(db, who.sessionId, who.userId)) !== undefined;
      return who.kind === 'anonymous' || isKeyGood(parts, who.keyId);
    },
    forgetOld: () =>
      ask(async () => {
        await forgetOldAttempts(db);
        await forgetOldSessions(db);
      }),
  };
}
