// Which packages a package can reach: what its sources import and its package.json names, and so on through node_modules.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Directory or name of a package → what it reaches directly. */
export type PackageGraph = ReadonlyMap<string, readonly string[]>;

/** One line per forbidden package that `from` reaches, with the way there. */
export function forbiddenReach(graph: PackageGraph, from: string, forbidden: readonly string[]): string[] {
  const ways = new Map<string, readonly string[]>([[from, [from]]]);
  // A Map may grow while it is walked; what is added is visited too.
  for (const [name, way] of ways)
    for (const next of graph.get(name) ?? []) if (!ways.has(next)) ways.set(next, [...way, next]);
  return forbidden.flatMap((name) => (ways.has(name) ? [`${(ways.get(name) ?? []).join(' → ')}`] : []));
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

/**
 * The graph of everything that is installed and that `directory`, a package of ours, needs when it runs. Packages are
 * merged by name. Throws Error when a dependency that must be there is not.
 */
export function readPackageGraph(directory: string): PackageGraph {
  const graph = new Map<string, string[]>();
  const seen = new Set<string>();
  const queue = [realpathSync(directory)];
  for (const place of queue) {
    if (seen.has(place)) continue;
    seen.add(place);
    const manifest = readManifest(place);
    const needed = Object.keys(manifest.dependencies ?? {});
    const wanted = [
      ...Object.keys(manifest.optionalDependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ];
    graph.set(manifest.name, [...(graph.get(manifest.name) ?? []), ...needed, ...wanted]);
    for (const name of [...needed, ...wanted]) {
      const found = resolve(place, name);
      if (found !== undefined) queue.push(found);
      // An optional part that stands in both lists may be missing.
      else if (!wanted.includes(name)) throw new Error(`${name}, needed by ${manifest.name}, is not installed`);
    }
  }
  return graph;
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** As Node.js looks for a package: in every node_modules from `directory` upwards. */
function resolve(directory: string, name: string): string | undefined {
  const candidate = join(directory, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  const parent = dirname(directory);
  return parent === directory ? undefined : resolve(parent, name);
}
