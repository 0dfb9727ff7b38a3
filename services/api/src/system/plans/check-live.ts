// Whether tables that were restored can be worked with.
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { archivedTables } from '../../backup/table-list.js';
import type { Db } from '../../storage/tables.js';
import { ask } from '../../storage/transaction.js';

/**
 * Throws `backup_invalid` when nobody in `schema` could administer a system that somebody can administer now: whoever
 * restored it would lock everybody out, since the first admin is made only once.
 */
export async function needAdmin(db: Db, schema: string): Promise<void> {
  if ((await adminsIn(db, 'users')) === 0 || (await adminsIn(db, `${schema}.users`)) > 0) return;
  throw new AstrogateError('backup_invalid', 'The backup cannot be used: it has no admin who could sign in');
}

async function adminsIn(db: Db, users: string): Promise<number> {
  const { rows } = await ask(() =>
    sql<{ admins: string }>`
      select count(*)::text as admins from ${sql.table(users)} where role = 'admin' and not is_disabled`.execute(db),
  );
  return Number(rows[0]?.admins);
}

/** Reads of every table that came from the archive. Throws what the database says. */
export async function checkLive(db: Db): Promise<void> {
  for (const table of archivedTables) await ask(() => sql`select * from ${sql.table(table)} limit 1`.execute(db));
}
