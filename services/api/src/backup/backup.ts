// What a backup is to those who list, make and restore them. Pure.

export type BackupKind = 'manual' | 'scheduled' | 'safety' | 'uploaded';
export type BackupState = 'making' | 'good' | 'bad';
export type BackupPart = 'database' | 'files' | 'vault';

/** In the order in which an archive holds them. */
export const backupParts = ['database', 'files', 'vault'] as const satisfies readonly BackupPart[];

export interface Backup {
  readonly id: string;
  readonly madeAt: Date;
  readonly kind: BackupKind;
  readonly state: BackupState;
  /** Of the whole file; undefined until it is made. */
  readonly bytes?: number;
  /** Of the whole file, in hex. */
  readonly sha256?: string;
  /** The last migration of the tables that are in it. */
  readonly level?: string;
  readonly parts: readonly BackupPart[];
  readonly madeBy: string;
  /** The restore that would go back to it. */
  readonly neededBy?: string;
}

/** As `newId` makes them, so that an id can stand in a file's or a schema's name. */
export function isBackupId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}
