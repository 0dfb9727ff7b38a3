// Secrets that all apis on one database share, and keep when they are restarted.
import { randomBytes } from 'node:crypto';
import type { Db } from './tables.js';

const secretBytes = 32;

/** The secret of this name, 32 bytes. It is made when it is asked for first; of several who make it, the first counts. */
export async function readSecret(db: Db, name: string): Promise<Buffer> {
  const secrets = db.insertInto('service_secrets').onConflict((conflict) => conflict.doNothing());
  await secrets.values({ name, secret: randomBytes(secretBytes).toString('base64') }).execute();
  const kept = db.selectFrom('service_secrets').select('secret').where('name', '=', name);
  return Buffer.from((await kept.executeTakeFirstOrThrow()).secret, 'base64');
}
