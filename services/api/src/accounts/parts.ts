// What the parts of the accounts share: a plain bag.
import { sql } from 'kysely';
import type { Db } from '../storage/tables.js';
import type { Passwords } from './password-hash.js';

export interface AccountParts {
  readonly db: Db;
  readonly passwords: Passwords;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** For one-time codes and access tokens, whose times come from outside; all else goes by the database's clock. */
  readonly now: () => Date;
}

/** The database's clock, which all replicas share. */
export const dbNow = sql<Date>`clock_timestamp()`;
export const dbIn = (seconds: number) => sql<Date>`clock_timestamp() + ${seconds} * interval '1 second'`;
