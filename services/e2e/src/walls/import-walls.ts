// Which file may import what. Every rule takes files and returns one line per violation.
import { computed, importsOf, packageOf } from './imports.js';
import type { SourceFile } from './source-file.js';

/** Package `name`, or a part of it, is imported in at most one of `files`; the others are named. */
export function importedInOneFile(files: readonly SourceFile[], name: string): string[] {
  const importers = files.filter((file) => importsOf(file).some((specifier) => packageOf(specifier) === name));
  return importers.length <= 1 ? [] : importers.map(({ path }) => `${path} imports ${name}`);
}

/** `files` import, beside each other, only what `isAllowed` says. */
export function onlyAllowedImports(
  files: readonly SourceFile[],
  isAllowed: (specifier: string, path: string) => boolean,
): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !specifier.startsWith('./') && !specifier.startsWith('../'))
      .filter((specifier) => !isAllowed(specifier, file.path))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
}

/** A relative import stays within its package; another package is reached by name, so that its package.json tells. */
export function importsAcrossPackages(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const home = /^(?:services|deploy)\/[^/]+\/|^[^/]+\//.exec(file.path)?.[0] ?? '';
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.') && !relativeTo(file.path, specifier).startsWith(`${home}src/`))
      .map((specifier) => `${file.path} imports ${specifier}`);
  });
}

function relativeTo(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** No import whose name is only known when the program runs. */
export function computedImports(files: readonly SourceFile[]): string[] {
  return files.filter((file) => importsOf(file).includes(computed)).map(({ path }) => `${path} has a computed import`);
}

/** Every package that the sources import stands in the package.json beside them. */
export function undeclaredImports(files: readonly SourceFile[], manifest: { dependencies?: object }): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .map(packageOf)
      .filter((name) => name !== undefined && !Object.hasOwn(manifest.dependencies ?? {}, name))
      .map((name) => `${file.path} imports ${name}, which package.json does not name`),
  );
}
