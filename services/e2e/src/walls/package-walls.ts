// What package.json files and the lockfile promise. Every rule returns one line per violation.
import type { SourceFile } from './source-file.js';

const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];

/** Every version is exact; our own packages are "*", which the workspace resolves. */
export function looseVersions(manifests: readonly SourceFile[]): string[] {
  return manifests.flatMap(({ path, text }) => {
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    return kinds
      .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
      .filter(([name, version]) => !exact.test(version) && !(name.startsWith('@astrogate/') && version === '*'))
      .map(([name, version]) => `${path}: ${name} ${version}`);
  });
}

export interface Lockfile {
  readonly packages: Record<
    string,
    {
      version?: string;
      resolved?: string;
      integrity?: string;
      link?: boolean;
      hasInstallScript?: boolean;
      optional?: boolean;
      os?: string[];
      cpu?: string[];
      libc?: string[];
    }
  >;
}

/** `name` is installed exactly once, at `least` or newer. */
export function notOnceAtLeast(lock: Lockfile, name: string, least: string): string[] {
  const copies = Object.entries(lock.packages).filter(([place]) => place.endsWith(`node_modules/${name}`));
  if (copies.length !== 1)
    return [`${name} is installed ${copies.length} times: ${copies.map(([at]) => at).join(', ')}`];
  const version = copies[0]?.[1].version ?? '0.0.0';
  return isAtLeast(version, least) ? [] : [`${name} is ${version}, older than ${least}`];
}

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const different = a.findIndex((part, i) => part !== b[i]);
  return different === -1 || (a[different] ?? 0) > (b[different] ?? 0);
}

type Locked = Lockfile['packages'][string];

/**
 * Whether npm never installs it where Astrogate runs: on Linux with glibc, x64 or arm64. Some mirrors lack such
 * packages, so that their hash could not be recorded; npm demands that they stand in the lockfile all the same.
 */
const isForeign = ({ optional, os, cpu, libc }: Locked): boolean =>
  optional === true &&
  ((os !== undefined && !os.includes('linux')) ||
    (libc !== undefined && !libc.includes('glibc')) ||
    (cpu !== undefined && !cpu.includes('x64') && !cpu.includes('arm64')));

/** The lockfile pins every package that can be installed by hash, and names no place that it comes from. */
export function unpinned(lock: Lockfile): string[] {
  return Object.entries(lock.packages)
    .filter(([place, { link }]) => place.includes('node_modules/') && !link)
    .filter(([, locked]) => locked.resolved !== undefined || !isHashed(locked))
    .map(([place, { resolved }]) => `${place} ${resolved ?? 'has no strong hash'}`);
}

const isHashed = (locked: Locked): boolean =>
  locked.integrity === undefined ? isForeign(locked) : locked.integrity.startsWith('sha512-');

/**
 * Packages that bring an install script and are not in `known`, and those in `known` that bring none. No such script
 * runs (`.npmrc`), so each entry says what the package does without it.
 */
export function installScriptChanges(lock: Lockfile, known: Readonly<Record<string, string>>): string[] {
  const having = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = new Set(having.map(([place]) => place.split('node_modules/').at(-1) ?? ''));
  const unknown = [...names].filter((name) => !Object.hasOwn(known, name));
  const gone = Object.keys(known).filter((name) => !names.has(name));
  return [...unknown.map((name) => `${name} has an install script`), ...gone.map((name) => `${name} has none`)];
}
