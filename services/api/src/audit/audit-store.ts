// The audit log as the api uses it. Nothing here can change or remove a row.
import type { AuditHead, AuditResult, AuditRow } from '@astrogate/common';
import type { AuditActName } from './acts.js';
import type { AuditAct } from './audit.js';

/** Which rows to show. */
export interface AuditFilter {
  readonly acts: readonly AuditActName[];
  readonly actor?: string;
  readonly target?: string;
  readonly result?: AuditResult;
  readonly after?: Date;
  readonly before?: Date;
  /** Only rows before this one. */
  readonly behind?: number;
  readonly limit: number;
}

/** Every method throws `storage_unavailable` when the database is away. */
export interface AuditStore {
  /** Appends what is no part of another transaction. */
  append(act: AuditAct): Promise<void>;
  /** The last row; undefined: there is none. */
  head(): Promise<AuditHead | undefined>;
  /** The hash of one row; undefined: it is not there. */
  hashOf(seq: number): Promise<string | undefined>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditRow[]>;
  /** Rows after `seq`, in their order, at most `limit`. */
  rowsAfter(seq: number, limit: number): Promise<AuditRow[]>;
}
