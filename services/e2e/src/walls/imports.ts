// What a file imports, in every way that TypeScript knows.
import ts from 'typescript';
import { type SourceFile, walk } from './source-file.js';

/** What stands for an import whose name is computed when the program runs. */
export const computed = '(computed)';

/** The specifiers of static, dynamic, type-only and re-exporting imports and of `require`, in the order of the file. */
export function importsOf(file: SourceFile): string[] {
  const found: string[] = [];
  const add = (node: ts.Node | undefined) =>
    found.push(node !== undefined && ts.isStringLiteralLike(node) ? node.text : computed);
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && isLoading(node.expression)) add(node.arguments[0]);
  });
  return found;
}

/** `import(…)`, `require(…)`, `require.resolve(…)`, `createRequire(…)(…)` and the same with members. */
function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return /^require$/i.test(callee.text);
  if (ts.isPropertyAccessExpression(callee)) return isLoading(callee.expression);
  return ts.isCallExpression(callee) && callee.expression.getText() === 'createRequire';
}

/** "@scope/name/sub" → "@scope/name"; undefined for relative and node: imports. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|node:)/.test(specifier) || specifier === computed) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
