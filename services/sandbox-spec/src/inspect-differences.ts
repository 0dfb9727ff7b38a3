// Compares what the engine says about a sandbox with what was asked for. One function for test, guard and spawn watch.
import { reviewedApiVersion } from './api-version.js';
import type { ContainerSpec } from './container-spec.js';
import { engineDefaults } from './engine-defaults.js';
import { indexesLabel } from './labels.js';

type Fields = Readonly<Record<string, unknown>>;
const sections = ['State', 'Config', 'HostConfig', 'NetworkSettings'] as const;

/**
 * Every way in which `inspected` (the answer of GET /containers/{id}/json) is not the container of `spec`: a field that
 * has another value, is missing, or is neither in the spec nor in the reviewed table of engine defaults for
 * `apiVersion`. Empty when there is none. RangeError when there is no table for `apiVersion`.
 */
export function inspectDifferences(inspected: unknown, spec: ContainerSpec, apiVersion: string): string[] {
  const defaults = engineDefaults[apiVersion];
  if (defaults === undefined) throw new RangeError(`no reviewed engine defaults for API ${apiVersion}`);
  const expected: Fields = { ...defaults, ...expectedBySpec(spec) };
  const actual = flatten(inspected);
  const paths = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...paths].flatMap((path) => difference(path, actual, expected));
}

/**
 * Every way in which `inspected` certainly is no sandbox, on an engine of any version: a field of the spec that has
 * another value or is missing, or one of the reviewed table that is there with another value. Leaves aside what the
 * table does not know, and what of it the engine does not tell. Empty when there is none.
 */
export function knownDifferences(inspected: unknown, spec: ContainerSpec): string[] {
  const bySpec = expectedBySpec(spec);
  const expected: Fields = { ...engineDefaults[reviewedApiVersion], ...bySpec };
  const actual = flatten(inspected);
  return Object.keys(expected)
    .filter((path) => Object.hasOwn(bySpec, path) || Object.hasOwn(actual, path))
    .flatMap((path) => difference(path, actual, expected));
}

function difference(path: string, actual: Fields, expected: Fields): string[] {
  if (!Object.hasOwn(expected, path)) return [`${path}: unknown field ${show(actual[path])}`];
  if (!Object.hasOwn(actual, path)) return [`${path}: missing`];
  const wanted = expected[path];
  const same = typeof wanted === 'function' ? wanted(actual[path]) === true : deepEqual(actual[path], wanted);
  return same
    ? []
    : [`${path}: is ${show(actual[path])}, not ${typeof wanted === 'function' ? 'allowed' : show(wanted)}`];
}

/** The fields of an inspect answer that the spec decides. */
function expectedBySpec({ name, body }: ContainerSpec): Fields {
  const { HostConfig, Labels, ...config } = body;
  const [Path, ...Args] = [...body.Entrypoint, ...body.Cmd];
  const labels = (value: unknown) => deepEqual(withoutInherited(value), Labels);
  return {
    Name: `/${name}`,
    Image: body.Image,
    Path,
    Args,
    Mounts: (HostConfig.Mounts ?? []).map(mountPoint),
    ...prefixed('Config', { ...config, Labels: labels }),
    ...prefixed('HostConfig', HostConfig),
  };
}

/** Labels without those that a sandbox may get from its image: its star indexes, and who made it, by OCI's names. */
function withoutInherited(labels: unknown): unknown {
  const isInherited = (key: string) => key === indexesLabel || key.startsWith('org.opencontainers.image.');
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !isInherited(key)));
}

/** How the engine reports a mount that is in effect. */
function mountPoint(mount: NonNullable<ContainerSpec['body']['HostConfig']['Mounts']>[number]) {
  const { Type, Source, Target: Destination } = mount;
  return { Type, Source, Destination, Mode: '', RW: false, Propagation: mount.BindOptions.Propagation };
}

/** Top-level fields as they are, fields of sections as "Section.Key". A section that is no object stays a field. */
function flatten(inspected: unknown): Fields {
  if (!isObject(inspected)) return {};
  return Object.fromEntries(
    Object.entries(inspected).flatMap(([key, value]) =>
      sections.some((section) => section === key) && isObject(value)
        ? Object.entries(prefixed(key, value))
        : [[key, value]],
    ),
  );
}

function prefixed(section: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${section}.${key}`, value]));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => deepEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? String(value);
}
