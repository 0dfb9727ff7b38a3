// Archives in a directory of this machine, which apis on one database share.
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import { newId } from '../new-id.js';
import { writeArchiveFile } from './archive-file.js';
import { isBackupId } from './backup.js';
import type { BackupStore } from './backup-store.js';
import { onDisk } from './sealed-file.js';

const fileName = (id: string) => `${id}.backup`;

/** Makes the directory when it is missing. Throws `storage_unavailable`, `storage_full`. */
export async function directoryStore(directory: string): Promise<BackupStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
    .then(() => chmod(directory, 0o700))
    .catch(onDisk);
  /** An id may come from a request; whatever it is, it names nothing outside the directory. */
  const pathOf = (id: string) => {
    if (!isBackupId(id)) throw new AstrogateError('backup_not_found');
    return join(directory, fileName(id));
  };
  return {
    put: async (id, archive, mostBytes) =>
      writeArchiveFile(pathOf(id), join(directory, `${newId()}.new`), archive, mostBytes),
    async open(id) {
      const file = await open(pathOf(id)).catch((error) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AstrogateError('backup_not_found');
        return onDisk(error);
      });
      return file.createReadStream();
    },
    remove: async (id) => rm(pathOf(id), { force: true }).catch(onDisk),
    async list() {
      const ids = (await readdir(directory).catch(onDisk))
        .filter((name) => name.endsWith('.backup'))
        .map((name) => name.slice(0, -'.backup'.length))
        .filter(isBackupId);
      const found = await Promise.all(
        ids.map(async (id) => ({ id, status: await stat(pathOf(id)).catch(() => undefined) })),
      );
      return found.flatMap(({ id, status }) => (status ? [{ id, changedAt: status.mtime }] : []));
    },
  };
}
