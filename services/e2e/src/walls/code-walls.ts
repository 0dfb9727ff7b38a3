// What may not be written where. Every rule takes files and returns one line per violation.
import ts from 'typescript';
import { importsOf } from './imports.js';
import { type SourceFile, walk } from './source-file.js';

function nodesWhere(files: readonly SourceFile[], says: (node: ts.Node) => string | undefined): string[] {
  return files.flatMap((file) => {
    const lines: string[] = [];
    walk(file, (node) => {
      const complaint = says(node);
      if (complaint === undefined) return;
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
      lines.push(`${file.path}:${line + 1} ${complaint}`);
    });
    return lines;
  });
}

/** The environment is read in config.ts alone, in whatever way. */
export function environmentReaders(files: readonly SourceFile[]): string[] {
  const others = files.filter(({ path }) => !path.endsWith('/src/config.ts'));
  return nodesWhere(others, (node) => (readsEnvironment(node) ? 'reads process.env' : undefined));
}

function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node)) return isProcess(node.expression);
  if (ts.isVariableDeclaration(node) && node.initializer && isProcess(node.initializer))
    return ts.isObjectBindingPattern(node.name) && /\benv\b/.test(node.name.getText());
  return ts.isImportDeclaration(node) && isProcessModule(node) && /\benv\b/.test(node.importClause?.getText() ?? '');
}

function isProcess(node: ts.Expression): boolean {
  return /^(?:globalThis\.|global\.)?process$/.test(node.getText());
}

function isProcessModule(node: ts.ImportDeclaration): boolean {
  return ts.isStringLiteral(node.moduleSpecifier) && /^(?:node:)?process$/.test(node.moduleSpecifier.text);
}

/** Names through which pure code could still reach the outside. */
const impureGlobals = new Set([
  'process',
  'fetch',
  'globalThis',
  'global',
  'eval',
  'Function',
  'WebSocket',
  'setInterval',
]);

/** Pure code names no global that does I/O or looks at the machine. */
export function impureNames(files: readonly SourceFile[]): string[] {
  return nodesWhere(files, (node) => {
    if (!ts.isIdentifier(node) || !impureGlobals.has(node.text)) return undefined;
    const { parent } = node;
    const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
    return isMember || ts.isPropertyAssignment(parent) || ts.isTypeReferenceNode(parent)
      ? undefined
      : `uses ${node.text}`;
  });
}

/** Modules that open connections, and what of them only listens or looks. */
const connectors = /^(?:node:)?(?:http|https|http2|net|tls|dgram|undici)$/;
const listeners = /^(?:createServer|isIP|isIPv4|isIPv6)$/;

/** Ways to the network: an import of what connects, or the global fetch. */
export function networkWays(files: readonly SourceFile[]): string[] {
  return nodesWhere(files, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const from = node.moduleSpecifier.text;
      const names = node.importClause && !node.importClause.isTypeOnly ? valuesOf(node.importClause) : [];
      const found = connectors.test(from) ? names.find((name) => !listeners.test(name)) : undefined;
      return found === undefined ? undefined : `imports ${found} from ${from}`;
    }
    const isGlobal = ts.isIdentifier(node) && /^(?:fetch|WebSocket|EventSource)$/.test(node.text);
    return isGlobal && ts.isCallLikeExpression(node.parent) ? `uses ${node.text}` : undefined;
  });
}

/** Names of the values that an import brings; "*" and "default" for all of them at once. */
function valuesOf({ name, namedBindings }: ts.ImportClause): string[] {
  const whole = name ? ['default'] : [];
  if (!namedBindings) return whole;
  if (ts.isNamespaceImport(namedBindings)) return [...whole, '*'];
  const values = namedBindings.elements.filter((element) => !element.isTypeOnly);
  return [...whole, ...values.map((element) => (element.propertyName ?? element.name).text)];
}

/** Container settings that would reach the host; only sandbox-spec may write them. */
const hostSettings = /^(?:Binds|Mounts|Volumes|VolumesFrom|Privileged|CapAdd|Devices|PidMode|SecurityOpt)$/;
const engineVerbs = /^(?:getArchive|putArchive|infoArchive|getExec|buildImage|pull|commit|import)$/;
const enginePaths = /\/(?:archive|exec|build|commit|images\/create|plugins|swarm|volumes)\b/;

/**
 * Solver code writes no container setting that reaches the host and asks the engine for nothing but the life of a
 * container: no archive, exec, build or pull, neither as a method of the client nor as a path of its HTTP API.
 */
export function engineReach(files: readonly SourceFile[]): string[] {
  return [
    ...nodesWhere(files, (node) => {
      if (isNameOf(node, hostSettings)) return `writes ${node.getText()}`;
      if (ts.isPropertyAccessExpression(node) && engineVerbs.test(node.name.text)) return `calls ${node.name.text}`;
      if (
        ts.isStringLiteralLike(node) ||
        ts.isTemplateHead(node) ||
        ts.isTemplateMiddle(node) ||
        ts.isTemplateTail(node)
      )
        return isImportName(node) || !enginePaths.test(node.text) ? undefined : `names the path ${node.text}`;
      return undefined;
    }),
    ...nodesWhere(
      files.filter((file) => importsOf(file).includes('dockerode')),
      (node) =>
        ts.isPropertyAccessExpression(node) &&
        node.name.text === 'exec' &&
        !ts.isRegularExpressionLiteral(node.expression)
          ? 'calls exec'
          : undefined,
    ),
  ];
}

/** A key of an object literal, or a member that is assigned to. Reading an inspection is allowed. */
function isNameOf(node: ts.Node, pattern: RegExp): boolean {
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) return pattern.test(keyText(node.name));
  const assigned =
    ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? node.left : undefined;
  if (assigned === undefined) return false;
  if (ts.isPropertyAccessExpression(assigned)) return pattern.test(assigned.name.text);
  return ts.isElementAccessExpression(assigned) && pattern.test(keyText(assigned.argumentExpression));
}

function keyText(name: ts.Node): string {
  return name.getText().replace(/^['"`]|['"`]$/g, '');
}

function isImportName(node: ts.Node): boolean {
  return ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
}

/** Codes of the table that no file gives. */
export function unusedCodes(files: readonly SourceFile[], codes: readonly string[]): string[] {
  const used = new Set<string>();
  for (const file of files) walk(file, (node) => void (ts.isStringLiteralLike(node) && used.add(node.text)));
  return codes.filter((code) => !used.has(code)).map((code) => `no code gives ${code}`);
}
