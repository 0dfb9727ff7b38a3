// That somebody knew the password, for the time until it is used: a password may be changed meanwhile.
import { AstrogateError } from '@astrogate/proto';
import type { Trx } from '../storage/tables.js';

export const wrongText = 'Name, password or code is wrong';

/** What was shown: the password that had this hash then. */
export interface Proof {
  readonly userId: string;
  readonly passwordHash: string;
}

/** Locks the account and makes sure that what was shown still holds. Throws `unauthenticated`. */
export async function holdProof(trx: Trx, { userId, passwordHash }: Proof): Promise<void> {
  const user = trx.selectFrom('users').select(['password_hash', 'is_disabled']).where('id', '=', userId);
  const now = await user.forUpdate().executeTakeFirst();
  if (now?.password_hash !== passwordHash || now.is_disabled) throw new AstrogateError('unauthenticated', wrongText);
}
