// Brings the tables to the form that this version needs. Several processes may start at the same moment: Kysely's
// migrator takes a lock in the database, and what one has done the others find done.
import type { Logger } from '@astrogate/common';
import { type Migration, Migrator } from 'kysely/migration';
import { jobs } from './migrations/0001-jobs.js';
import { webhooks } from './migrations/0002-webhooks.js';
import { watching } from './migrations/0003-watching.js';
import { accounts } from './migrations/0010-accounts.js';
import { audit } from './migrations/0020-audit.js';
import { limits } from './migrations/0021-limits.js';
import { systemJobs } from './migrations/0030-system-jobs.js';
import { backups } from './migrations/0031-backups.js';
import type { Db } from './tables.js';

/** In the order of their names. One that was released is never changed: what is wrong with it, the next one mends. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-jobs': jobs,
  '0002-webhooks': webhooks,
  '0003-watching': watching,
  '0010-accounts': accounts,
  '0020-audit': audit,
  '0021-limits': limits,
  '0030-system-jobs': systemJobs,
  '0031-backups': backups,
};

/**
 * Migrates to `last`, by default to the newest. Each migration happens whole or not at all. Throws what a migration
 * throws, and an Error for tables of a newer version than this.
 */
export async function migrate(db: Db, log: Logger, last?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results = [] } = last ? await migrator.migrateTo(last) : await migrator.migrateToLatest();
  for (const { migrationName: migration, status } of results) log.info({ migration, status }, 'migration');
  if (error) throw error;
}
