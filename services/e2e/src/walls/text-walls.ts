// What no committed file may contain. Every rule takes files and returns one line per violation.
import type { SourceFile } from './source-file.js';

/** Directories that exist on one person's machine only. */
const machinePath =
  /(?<![\w.@-])\/(?:work\/(?:main|shared)|tmp\/eng|root\/|home\/(?!node\b)[a-z][\w-]*\/|Users\/[a-zA-Z])/;
/** Hosts that packages and images are pulled from; Debian's package is called docker.io without a slash. */
const registryHost =
  /\b(?:registry\.[a-z0-9-]+\.[a-z]+|(?:docker|ghcr|quay|gcr)\.io\/|npmjs\.(?:com|org)|pypi\.org|files\.pythonhosted\.org)/i;

export function machinePaths(files: readonly SourceFile[]): string[] {
  return linesWith(files, machinePath, 'names a path of one machine');
}

export function registryHosts(files: readonly SourceFile[]): string[] {
  return linesWith(files, registryHost, 'names a registry');
}

function linesWith(files: readonly SourceFile[], pattern: RegExp, complaint: string): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => {
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${i + 1} ${complaint}: ${found}`];
    }),
  );
}
