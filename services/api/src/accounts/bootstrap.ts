// The first admin: made with a secret that the first start prints once, never by whoever comes first.
import { AstrogateError } from '@astrogate/proto';
import { appendAudit, type Doer } from '../audit/audit.js';
import { ask, inTransaction } from '../storage/transaction.js';
import { type AccountParts, dbIn, dbNow } from './parts.js';
import { checkPassword } from './password-rules.js';
import { hasHash, hashSecret, newSecret } from './secrets.js';
import { insertUser } from './users.js';

/** A printed secret counts for so long before the next start prints another one in its place: it may have been lost. */
const lastsSeconds = 600;

/** A new secret while there is no first admin; of several apis that start at once only one gets it. */
export function newBootstrapSecret({ db }: AccountParts): Promise<string | undefined> {
  return ask(async () => {
    const secret = `agb_${newSecret()}`;
    const rows = db.insertInto('bootstrap').values({ id: 1, secret_hash: hashSecret(secret) });
    const made = await rows
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ secret_hash: hashSecret(secret), created_at: dbNow })
          .where('bootstrap.used_at', 'is', null)
          .where('bootstrap.created_at', '<', dbIn(-lastsSeconds)),
      )
      .returning('id')
      .executeTakeFirst();
    return made && secret;
  });
}

/** Makes the first admin, a superuser. The secret works once. Throws `unauthenticated`, `weak_password`. */
export async function makeFirstAdmin(
  parts: AccountParts,
  { secret, name, password }: { secret: string; name: string; password: string },
  doer: Doer,
): Promise<string> {
  // Looked at before anything that costs time is done for a stranger.
  const refused = () => new AstrogateError('unauthenticated', 'The bootstrap secret is wrong or was used');
  const open = await ask(() =>
    parts.db.selectFrom('bootstrap').select('secret_hash').where('used_at', 'is', null).executeTakeFirst(),
  );
  if (!open || !hasHash(secret, open.secret_hash)) throw refused();
  await checkPassword(password, [name]);
  const hash = await parts.passwords.hash(password);
  return inTransaction(parts.db, async (trx) => {
    const rows = trx.updateTable('bootstrap').set({ used_at: dbNow }).where('used_at', 'is', null);
    const used = await rows.where('secret_hash', '=', hashSecret(secret)).executeTakeFirst();
    if (used.numUpdatedRows === 0n) throw refused();
    const { id } = await insertUser(trx, { name, role: 'admin', isSuperuser: true }, hash);
    const act = { ...doer, act: 'bootstrap', target: `user:${id}`, result: 'done', detail: { name } } as const;
    await appendAudit(trx, act);
    return id;
  });
}
