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

/** Who looks, and when. */
export interface Viewer {
  /** Of the solver that this guard serves; undefined before it is known. */
  readonly instanceId: string | undefined;
  readonly now: Date;
}

/** Of a list, only what carries `selector`; of its labels only those that say so. Of sandboxes, see `reduceSandbox`. */
export function reduceList(list: unknown, selector: LabelSelector, viewer: Viewer): object[] {
  if (!Array.isArray(list)) return [];
  const items = list.map(fieldsOf).filter((item) => carries(fieldsOf(item.Labels), selector));
  if (selector.label === ownerLabel) return items.flatMap((item) => reduceSandbox(item, viewer));
  return items.map((item) => ({
    ...pick(item, ['Id', 'Names', 'State', 'Created']),
    Labels: pick(fieldsOf(item.Labels), [selector.label]),
  }));
}

/** Stands for the instance of any other solver: who knew a real one could pass for it before the next guard. */
const otherInstance = '0'.repeat(32);

/** The viewer's own sandboxes; of others those that have expired, with what a sweep needs. */
function reduceSandbox(item: Fields, { instanceId, now }: Viewer): object[] {
  const labels = fieldsOf(item.Labels);
  const decoded = decodeLabels(labels as Record<string, string>);
  if (decoded === undefined || !hasSandboxName(item)) return [];
  const own = pick(labels, [ownerLabel, instanceLabel, expiresAtLabel]);
  if (decoded.instanceId === instanceId) return [{ ...pick(item, ['Id', 'Names', 'State', 'Created']), Labels: own }];
  if (decoded.expiresAt >= now) return [];
  return [{ ...pick(item, ['Id', 'Names']), Labels: { ...own, [instanceLabel]: otherInstance } }];
}

function hasSandboxName({ Names }: Fields): boolean {
  const name: unknown = Array.isArray(Names) ? Names[0] : undefined;
  return typeof name === 'string' && sandboxIdOf(name) !== undefined;
}

function pick(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(fields, key)).map((key) => [key, fields[key]]));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
