// Every table of ours, and what a backup and a restore do with it: the one reviewed list. A test fails when a migration
// makes a table that is not here. Pure.

/**
 * - `archived`: in the archive; a restore puts the archive's rows in the place of those that are there.
 * - `history`: in the archive, for whoever opens it; a restore leaves what is there, which tells of the restore as well.
 * - `emptied`: not in the archive; empty after a restore, since its rows belong to what was replaced.
 * - `stays`: not in the archive, and no restore touches it. It may refer to no table that a restore replaces.
 */
export type TableTreatment = 'archived' | 'history' | 'emptied' | 'stays';

export interface TableRule {
  readonly table: string;
  readonly treatment: TableTreatment;
}

const are = (treatment: TableTreatment, ...tables: string[]): TableRule[] =>
  tables.map((table) => ({ table, treatment }));

/** What is referred to stands before what refers to it: rows are put in in this order. */
export const tableRules: readonly TableRule[] = [
  ...are('archived', 'solve_jobs', 'job_events', 'idempotency_keys', 'webhook_deliveries'),
  // Whose jobs are whose depends on it.
  ...are('archived', 'service_secrets'),
  ...are('archived', 'users', 'second_factors', 'recovery_codes', 'api_keys', 'daily_use'),
  ...are('history', 'audit_log'),
  ...are('emptied', 'sessions', 'refresh_tokens', 'login_attempts', 'rate_limits'),
  // What was signed or promised by this installation.
  ...are('stays', 'signing_keys', 'bootstrap'),
  ...are('stays', 'backups', 'system_jobs'),
];

const withTreatment = (...treatments: TableTreatment[]) =>
  tableRules.filter(({ treatment }) => treatments.includes(treatment)).map(({ table }) => table);

export const archivedTables: readonly string[] = withTreatment('archived', 'history');
/** Those that a restore replaces. */
export const replacedTables: readonly string[] = withTreatment('archived', 'emptied');
export const stayingTables: readonly string[] = withTreatment('stays');
