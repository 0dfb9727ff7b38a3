// Which acts of the audit log are those of admin jobs and backups, which have a table of tests of their own.
import type { AuditActName } from '../src/audit/acts.js';

export const isOfAdminJobs = (act: AuditActName): boolean => act.startsWith('system.') || act.startsWith('backup.');
