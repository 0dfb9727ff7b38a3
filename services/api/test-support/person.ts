// Somebody who has signed in, without the time that a password takes.
import type { Person } from '../src/access/principal.js';
import { beginSession, principalOfSession } from '../src/accounts/sessions.js';
import type { Db } from '../src/storage/tables.js';

export async function aPerson(db: Db, userId: string): Promise<Person> {
  const { sessionId } = await db.transaction().execute((trx) => beginSession(trx, userId));
  const person = await principalOfSession(db, sessionId, userId);
  if (!person) throw new Error('this account is not there, or disabled');
  return person;
}
