// Files for another user, who runs an image or the api: readable whatever the umask of whoever makes them.
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Lets everyone read the files below `path`, and enter its directories; programs may be run. */
export function makeReadable(path: string): void {
  const status = statSync(path);
  const isDirectory = status.isDirectory();
  const mode = status.mode & 0o777;
  chmodSync(path, mode | (isDirectory || mode & 0o100 ? 0o555 : 0o444));
  if (isDirectory) for (const name of readdirSync(path)) makeReadable(join(path, name));
}
