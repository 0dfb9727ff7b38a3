// The sources of the repository, read once and parsed as far as the walls need it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** From the root of the repository, with "/". */
  readonly path: string;
  readonly text: string;
}

const skipped = new Set(['node_modules', 'dist', '.astrogate', '.git', 'coverage']);

/** Every file below `root` that could be committed, as text. */
export function readRepository(root: string, below = ''): SourceFile[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : readRepository(root, path);
    return entry.isFile() ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });
}

/** TypeScript that is shipped: no tests, nothing that only tests use. */
export function isProductCode({ path }: SourceFile): boolean {
  return /(?:^|\/)src\/.*\.ts$/.test(path) && !/\.test\.ts$|\/test-support\/|^services\/e2e\//.test(path);
}

/** Calls `visit` for every node of the file, outer nodes first. */
export function walk(file: SourceFile, visit: (node: ts.Node) => void): void {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(tree);
}
