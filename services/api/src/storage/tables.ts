// The tables as TypeScript sees them. What each column is for stands in the migration that makes it.
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { BackupKind, BackupState } from '../backup/backup.js';
import type { JobStatus, WebhookState } from '../jobs/job.js';
import type { SystemJobStatus } from '../system/job-state.js';
import type { AccountTables } from './account-tables.js';

/** Comes as parsed JSON, goes as the text that `toJson` makes. */
type Json = ColumnType<unknown, string, string>;
type OptionalJson = ColumnType<unknown, string | null | undefined, string | null>;
type OptionalDate = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface SolveJobsTable {
  id: string;
  caller_key: string;
  request_id: string;
  status: ColumnType<JobStatus, JobStatus, JobStatus>;
  created_at: Date;
  started_at: OptionalDate;
  finished_at: OptionalDate;
  retry_ms: number;
  upload: Json;
  hints: Json;
  guesses: Json;
  limits: Json;
  progress: OptionalJson;
  outcome: OptionalJson;
  failure: OptionalJson;
  round: number;
  ready_at: Date;
  tried_at: OptionalDate;
  attempt: Generated<number>;
  broken: Generated<number>;
  lease_owner: ColumnType<string | null, string | null | undefined, string | null>;
  lease_until: OptionalDate;
  owner_key: ColumnType<string | null, string | null | undefined, never>;
  /** int8: text from one driver, a number from the other. Written by a trigger. */
  bytes: ColumnType<string | number, never, never>;
}

export interface JobEventsTable {
  /** int8: text from one driver, a number from the other. */
  seq: ColumnType<string | number, never, never>;
  job_id: string;
  attempt: number;
  status: JobStatus;
  progress: unknown;
  at: Date;
}

export interface IdempotencyKeysTable {
  caller_key: string;
  key: string;
  request_hash: string;
  job_id: string;
  created_at: Date;
}

export interface ServiceSecretsTable {
  name: string;
  secret: string;
}

export interface WebhookDeliveriesTable {
  job_id: string;
  request_id: string;
  caller_key: string;
  host: string;
  url: ColumnType<string | null, string, null>;
  secret: ColumnType<string | null, string, null>;
  state: ColumnType<WebhookState, 'waiting', WebhookState>;
  attempts: Generated<number>;
  created_at: Date;
  ended_at: OptionalDate;
  next_at: OptionalDate;
  lease_owner: ColumnType<string | null, never, string | null>;
  lease_until: OptionalDate;
  last_reason: ColumnType<string | null, never, string | null>;
  content: ColumnType<unknown, never, null>;
}

export interface AuditLogTable {
  /** int8: text from one driver, a number from the other. */
  seq: ColumnType<string | number, number, never>;
  at: ColumnType<Date, Date, never>;
  act: string;
  actor: string;
  address: string;
  target: string;
  result: string;
  request_id: string;
  detail: string;
  prev: string;
  hash: string;
}

export interface RateLimitsTable {
  key: string;
  until: Date;
}

export interface DailyUseTable {
  caller: string;
  day: ColumnType<Date | string, never, never>;
  jobs: ColumnType<string | number, number, number>;
  bytes: ColumnType<string | number, number, number>;
}

export interface BackupsTable {
  id: string;
  made_at: Generated<Date>;
  kind: BackupKind;
  state: BackupState;
  /** int8: text from one driver, a number from the other. */
  bytes: ColumnType<string | number | null, never, number>;
  sha256: ColumnType<string | null, never, string>;
  level: ColumnType<string | null, never, string>;
  /** With spaces between them. */
  parts: string;
  made_by: string;
  needed_by: ColumnType<string | null, string | null | undefined, string | null>;
}

type OptionalText = ColumnType<string | null, string | null | undefined, string | null>;

export interface SystemJobsTable {
  id: string;
  kind: string;
  params: Json;
  actor: string;
  request_id: string;
  created_at: Date;
  finished_at: OptionalDate;
  status: SystemJobStatus;
  state: Json;
  kept: ColumnType<unknown, never, string>;
  version: Generated<number>;
  attempt: Generated<number>;
  lease_owner: OptionalText;
  lease_until: OptionalDate;
  once_scope: OptionalText;
  once_key: OptionalText;
  once_hash: OptionalText;
}

export interface Tables extends AccountTables {
  audit_log: AuditLogTable;
  rate_limits: RateLimitsTable;
  daily_use: DailyUseTable;
  solve_jobs: SolveJobsTable;
  job_events: JobEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  service_secrets: ServiceSecretsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  backups: BackupsTable;
  system_jobs: SystemJobsTable;
}

export type Db = Kysely<Tables>;
export type Trx = Transaction<Tables>;
