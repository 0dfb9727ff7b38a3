// What an image says of where it comes from, beside what its Dockerfile says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '../places.js';
import { runCommand } from '../run-command.js';

type Repository = string | { url?: string } | undefined;

/**
 * OCI labels `source` and `revision`, each only when it is known: the URL in package.json's `repository`, and the commit
 * of this clone, with "-dirty" when files differ from it. They are no part of an image's tag, so that a commit that
 * changes nothing of an image does not build it again: `revision` is the commit at which it was built first.
 */
export async function originLabels(): Promise<Record<string, string>> {
  const { repository } = JSON.parse(readFileSync(join(places.root, 'package.json'), 'utf8')) as {
    repository?: Repository;
  };
  const source = sourceUrl(repository);
  const revision = await gitRevision();
  return {
    ...(source && { 'org.opencontainers.image.source': source }),
    ...(revision && { 'org.opencontainers.image.revision': revision }),
  };
}

/** The https URL of a `repository` field, undefined when it has none. */
export function sourceUrl(repository: Repository): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return /^(?:git\+)?(https:\/\/\S+)$/.exec(url ?? '')?.[1]?.replace(/\.git$/, '');
}

/** Undefined where there is no git, or no clone. */
async function gitRevision(): Promise<string | undefined> {
  const git = async (...args: string[]) => (await runCommand(['git', '-C', places.root, ...args])).toString().trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return changed === '' ? commit : `${commit}-dirty`;
  } catch {
    return undefined;
  }
}
