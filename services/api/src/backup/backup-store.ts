// Where archives are kept, by the ids of their backups. The rest knows only this interface.
import type { Readable } from 'node:stream';

export interface StoredArchive {
  readonly id: string;
  readonly changedAt: Date;
}

export interface BackupStore {
  /**
   * Keeps an archive whole or not at all; until then nothing is to be seen of it. Throws `storage_full`,
   * `storage_unavailable`, `backup_invalid` for one that is there already or is larger than `mostBytes`, and what
   * `archive` throws.
   */
  put(id: string, archive: AsyncIterable<Buffer>, mostBytes: number): Promise<{ bytes: number; sha256: string }>;
  /** Throws `backup_not_found`, `storage_unavailable`. */
  open(id: string): Promise<Readable>;
  /** One that is gone already is fine. */
  remove(id: string): Promise<void>;
  list(): Promise<readonly StoredArchive[]>;
}
