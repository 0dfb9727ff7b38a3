// The directory where uploads arrive, and lie until their job ends. File names are random and ours; nothing of a client
// gets in.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';

/** Whether `name` is one that `Spool` gives. */
export function isUploadName(name: string): boolean {
  return /^[0-9a-f]{32}\.upload$/.test(name);
}

export class Spool {
  /** Bytes that unfinished uploads have announced and may still write. */
  #reserved = 0;

  private constructor(readonly dir: string) {}

  /**
   * Makes the directory when it is missing and checks that it can be written. What lies there stays: it may belong to
   * jobs that outlived their process. Throws ConfigError.
   */
  static async open(dir: string): Promise<Spool> {
    try {
      return await Spool.#prepare(dir);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ConfigError(`API_SPOOL_DIR cannot be used (${code})`, { cause: error });
    }
  }

  static async #prepare(dir: string): Promise<Spool> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const spool = new Spool(dir);
    await spool.check();
    return spool;
  }

  /** Rejects when the directory cannot be written. */
  async check(): Promise<void> {
    await access(this.dir, constants.W_OK | constants.X_OK);
  }

  /**
   * A new empty file that only this user may read, with room for `expectedBytes`. `release` gives the room back once
   * the upload is complete or has failed. Throws `storage_full`.
   */
  async create(expectedBytes: number): Promise<{ path: string; handle: FileHandle; release: () => void }> {
    const { bavail, bsize } = await statfs(this.dir);
    if (bavail * bsize < this.#reserved + expectedBytes) throw new AstrogateError('storage_full');
    const path = join(this.dir, `${randomBytes(16).toString('hex')}.upload`);
    const handle = await open(path, 'wx', 0o600).catch((error) => {
      throw storageError(error);
    });
    this.#reserved += expectedBytes;
    let held = true;
    const release = () => {
      if (held) this.#reserved -= expectedBytes;
      held = false;
    };
    return { path, handle, release };
  }

  /** Paths of the files that nobody has written to since `time`. */
  async unchangedSince(time: Date): Promise<string[]> {
    const names = (await readdir(this.dir)).filter(isUploadName);
    const old: string[] = [];
    for (const path of names.map((name) => join(this.dir, name))) {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (mtimeMs < time.getTime()) old.push(path);
    }
    return old;
  }

  /** Removes a file; one that is gone already is fine. */
  async remove(path: string): Promise<void> {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** What a failed write means to the caller: `storage_full` when room ran out, else `internal`. */
export function storageError(error: unknown): AstrogateError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return AstrogateError.from(error, code === 'ENOSPC' || code === 'EDQUOT' ? 'storage_full' : 'internal');
}
