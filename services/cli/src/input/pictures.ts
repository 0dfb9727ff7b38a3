// The files of `astrogate solve`, all looked at before anything is sent.
import { openAsBlob } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { UsageFailure } from '../failure.js';

export interface Picture {
  readonly path: string;
  readonly name: string;
  /** Reads from the disk as it is sent; never whole in memory. */
  readonly content: Blob;
  /** Where the FITS header goes, when it was asked for. */
  readonly wcsPath?: string;
}

/**
 * `paths` as pictures. `wcs` names a file when there is one picture, else a directory, which is made; each header is
 * then called like its picture, with the ending .wcs. Throws UsageFailure.
 */
export async function openPictures(paths: readonly string[], wcs: string | undefined): Promise<Picture[]> {
  const wcsPaths = wcs === undefined ? [] : await headerPaths(paths, wcs);
  return Promise.all(
    paths.map(async (path, i) => {
      const wcsPath = wcsPaths[i];
      const content = await openPicture(path);
      return { path, name: basename(path), content, ...(wcsPath === undefined ? {} : { wcsPath }) };
    }),
  );
}

async function openPicture(path: string): Promise<Blob> {
  const found = await stat(path).catch((error) => fail(`${path} cannot be read (${error.code})`, error));
  if (!found.isFile()) fail(`${path} is not a file`);
  if (found.size === 0) fail(`${path} is empty`);
  return openAsBlob(path).catch((error) => fail(`${path} cannot be read (${error.code})`, error));
}

async function headerPaths(pictures: readonly string[], wcs: string): Promise<string[]> {
  const isDirectory = await stat(wcs).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (pictures.length === 1 && !isDirectory) return [wcs];
  await mkdir(wcs, { recursive: true }).catch((error) => fail(`--wcs ${wcs} cannot be made (${error.code})`, error));
  const paths = pictures.map((path) => join(wcs, `${basename(path, extname(path))}.wcs`));
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) fail(`two pictures would write ${twice}`);
  return paths;
}

function fail(message: string, cause?: unknown): never {
  throw new UsageFailure(message, { cause });
}
