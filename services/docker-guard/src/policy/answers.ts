// What of the engine's answers the caller gets: the fields that the solver reads and nothing beside them. Environments,
// mounts, addresses, proxy passwords and other containers stay behind the guard.
import {
  decodeLabels,
  expiresAtLabel,
  instanceLabel,
  type LabelSelector,
  ownerLabel,
  sandboxIdOf,
} from '@astrogate/sandbox-spec';
import { carries } from './target-calls.js';

type Fields = Readonly<Record<string, unknown>>;

const stateKeys = ['Status', 'Running', 'OOMKilled', 'ExitCode', 'StartedAt', 'FinishedAt'];

export function reduceInspection(inspected: unknown): object {
  const { Id, State } = fieldsOf(inspected);
  return { Id, State: pick(fieldsOf(State), stateKeys) };
}

export interface ImageFacts {
  readonly Id: string;
  readonly Config: { readonly Labels: unknown; readonly Volumes: unknown };
}

export function reduceImage(image: unknown): ImageFacts {
  const { Id, Config } = fieldsOf(image);
  const { Labels = null, Volumes = null } = fieldsOf(Config);
  return { Id: String(Id), Config: { Labels, Volumes } };
}

/** Beside these only the booleans, each of which says what the engine can do. */
const infoKeys = [
  'SecurityOptions',
  'CgroupVersion',
  'CgroupDriver',
  'DefaultRuntime',
  'Driver',
  'OSType',
  'Architecture',
  'KernelVersion',
  'ServerVersion',
  'NCPU',
  'MemTotal',
  'Warnings',
];

export function reduceInfo(info: unknown): object {
  const fields = fieldsOf(info);
  const booleans = Object.entries(fields).filter(([, value]) => typeof value === 'boolean');
  return { ...Object.fromEntries(booleans), ...pick(fields, infoKeys) };
}

const versionKeys = ['Version', 'ApiVersion', 'MinAPIVersion', 'KernelVersion', 'Os', 'Arch', 'Components'];

export function reduceVersion(version: unknown): object {
  return pick(fieldsOf(version), versionKeys);
}

/** Of a list, only what carries `selector`; of its labels only those that say so, or those of a sandbox. */
export function reduceList(list: unknown, selector: LabelSelector): object[] {
  if (!Array.isArray(list)) return [];
  return list
    .map(fieldsOf)
    .filter((item) => carries(fieldsOf(item.Labels), selector))
    .filter((item) => selector.label !== ownerLabel || isSandbox(item))
    .map((item) => ({
      ...pick(item, ['Id', 'Names', 'State', 'Created']),
      Labels: pick(fieldsOf(item.Labels), [selector.label, instanceLabel, expiresAtLabel]),
    }));
}

function isSandbox({ Names, Labels }: Fields): boolean {
  const name: unknown = Array.isArray(Names) ? Names[0] : undefined;
  const labels = decodeLabels(fieldsOf(Labels) as Record<string, string>);
  return typeof name === 'string' && sandboxIdOf(name) !== undefined && labels !== undefined;
}

function pick(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(fields, key)).map((key) => [key, fields[key]]));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
