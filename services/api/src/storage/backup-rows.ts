// The list of backups in the database.
import type { Selectable, Updateable } from 'kysely';
import { type Backup, type BackupKind, type BackupPart, backupParts } from '../backup/backup.js';
import type { BackupsTable, Db } from './tables.js';
import { ask } from './transaction.js';

export type MadeBackup = Required<Pick<Backup, 'bytes' | 'sha256' | 'level' | 'parts'>>;

export interface BackupRows {
  /** One that is being made. */
  add(backup: { id: string; kind: BackupKind; parts: readonly BackupPart[]; madeBy: string }): Promise<void>;
  isGood(id: string, made: MadeBackup): Promise<void>;
  isBad(id: string): Promise<void>;
  /** `neededBy`: the restore that needs it, and then nobody deletes it; undefined lets it go again. Whether it is there and good. */
  need(id: string, neededBy: string | undefined): Promise<boolean>;
  get(id: string): Promise<Backup | undefined>;
  /** Newest first. */
  list(): Promise<Backup[]>;
  /** It is good no longer, and about to go. Whether it was there and no restore needs it. */
  condemn(id: string): Promise<boolean>;
  /** Whether it was there and no restore needs it. */
  remove(id: string): Promise<boolean>;
}

/** Every method throws `storage_unavailable`. */
export function backupRows(db: Db): BackupRows {
  const set = (id: string, columns: Updateable<BackupsTable>) =>
    ask(async () => void (await db.updateTable('backups').set(columns).where('id', '=', id).execute()));
  return {
    add: ({ id, kind, parts, madeBy }) =>
      ask(async () => {
        const row = { id, kind, state: 'making', parts: parts.join(' '), made_by: madeBy } as const;
        await db.insertInto('backups').values(row).execute();
      }),
    isGood: (id, { parts, ...made }) => set(id, { state: 'good', parts: parts.join(' '), ...made }),
    isBad: (id) => set(id, { state: 'bad' }),
    need: (id, neededBy) =>
      ask(async () => {
        const rows = db
          .updateTable('backups')
          .set({ needed_by: neededBy ?? null })
          .where('id', '=', id);
        const [row] = await rows.returning('state').execute();
        return row?.state === 'good';
      }),
    get: (id) =>
      ask(async () => {
        const row = await db.selectFrom('backups').selectAll().where('id', '=', id).executeTakeFirst();
        return row && toBackup(row);
      }),
    list: () =>
      ask(async () => {
        const rows = db.selectFrom('backups').selectAll().orderBy('made_at', 'desc').orderBy('id', 'desc');
        return (await rows.execute()).map(toBackup);
      }),
    condemn: (id) =>
      ask(async () => {
        const rows = db.updateTable('backups').set({ state: 'bad' }).where('id', '=', id);
        return (await rows.where('needed_by', 'is', null).returning('id').execute()).length > 0;
      }),
    remove: (id) =>
      ask(async () => {
        const gone = db.deleteFrom('backups').where('id', '=', id).where('needed_by', 'is', null).returning('id');
        return (await gone.execute()).length > 0;
      }),
  };
}

function toBackup(row: Selectable<BackupsTable>): Backup {
  const parts = row.parts.split(' ');
  return {
    id: row.id,
    madeAt: row.made_at,
    kind: row.kind,
    state: row.state,
    parts: backupParts.filter((part) => parts.includes(part)),
    madeBy: row.made_by,
    ...(row.bytes !== null && { bytes: Number(row.bytes) }),
    ...(row.sha256 !== null && { sha256: row.sha256 }),
    ...(row.level !== null && { level: row.level }),
    ...(row.needed_by !== null && { neededBy: row.needed_by }),
  };
}
