// Where certificates are kept for the server: `<root>/<version>/fullchain.pem` and `privkey.pem`, and the link `current`,
// which is what the server reads. A version is there whole or not at all; the link always names one.
import type { FileHandle } from 'node:fs/promises';
import { chmod, mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import { onDisk } from '../../backup/sealed-file.js';
import type { PemPair } from './facts.js';

const chainFile = 'fullchain.pem';
const keyFile = 'privkey.pem';
const aboutFile = 'about.json';
const link = 'current';

/** How a version came to be, for its renewal. */
export interface About {
  readonly from: 'upload' | 'issue';
  /** For which an issued one was asked. */
  readonly names: readonly string[];
}

/** A version is the id of the job that makes it: 32 hex digits. */
const isVersion = (name: string) => /^[0-9a-f]{32}$/.test(name);

function placeOf(root: string, version: string): string {
  if (!isVersion(version)) throw new TypeError('this is no version of a certificate');
  return join(root, version);
}

/** One that is there already is left as it is. Throws `storage_full`, `storage_unavailable`. */
export async function writeVersion(root: string, version: string, pem: PemPair, about: About): Promise<void> {
  const place = placeOf(root, version);
  const half = join(root, `.${version}.new`);
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await chmod(root, 0o700);
    if (await hasVersion(root, version)) return;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { mode: 0o700 });
    const files = { [chainFile]: pem.chain, [keyFile]: pem.key, [aboutFile]: JSON.stringify(about) };
    for (const [name, text] of Object.entries(files)) await writeThrough(join(half, name), text);
    await syncDirectory(half);
    await rename(half, place);
    await syncDirectory(root);
  } catch (error) {
    onDisk(error);
  }
}

export async function hasVersion(root: string, version: string): Promise<boolean> {
  return (await versions(root)).includes(version);
}

/** All that are whole. */
export async function versions(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error) => (isMissing(error) ? [] : onDisk(error)));
  return names.filter(isVersion);
}

/** Its chain and how it came to be. Throws `storage_unavailable`. */
export async function readVersion(root: string, version: string): Promise<{ chain: string; about: About }> {
  const place = placeOf(root, version);
  try {
    const [chain, about] = await Promise.all([chainFile, aboutFile].map((name) => readFile(join(place, name), 'utf8')));
    return { chain: chain as string, about: JSON.parse(about as string) as About };
  } catch (error) {
    throw AstrogateError.from(error, 'storage_unavailable');
  }
}

/** The version in use; undefined: there is none. Throws `conflict` when somebody else has made `current`. */
export async function currentVersion(root: string): Promise<string | undefined> {
  try {
    const target = await readlink(join(root, link));
    if (isVersion(target)) return target;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') onDisk(error);
  }
  throw new AstrogateError('conflict', `"${link}" in the directory of certificates is not a link that Astrogate made`);
}

/** For one job at a time. Whoever opens the link finds the old version or the new one, never none. Undefined: takes the link away. */
export async function switchTo(root: string, version: string | undefined): Promise<void> {
  const half = join(root, `.${link}.new`);
  try {
    if (version === undefined) await rm(join(root, link), { force: true });
    else {
      placeOf(root, version);
      await rm(half, { force: true });
      await symlink(version, half);
      await rename(half, join(root, link));
    }
    await syncDirectory(root);
  } catch (error) {
    onDisk(error);
  }
}

/** The same, unless there is one already. Whether this one came first. */
export async function claimCurrent(root: string, version: string): Promise<boolean> {
  placeOf(root, version);
  try {
    await symlink(version, join(root, link));
    await syncDirectory(root);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return onDisk(error);
  }
}

/** Also what is left of one that was being written. */
export async function removeVersion(root: string, version: string): Promise<void> {
  const place = placeOf(root, version);
  try {
    for (const path of [place, join(root, `.${version}.new`)]) await rm(path, { recursive: true, force: true });
  } catch (error) {
    onDisk(error);
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function writeThrough(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}

async function syncDirectory(path: string): Promise<void> {
  const directory: FileHandle = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
