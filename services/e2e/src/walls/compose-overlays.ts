// What the files of deploy/compose promise over docker-compose.yml. Every rule returns one line per violation.
import type { Compose, ComposeService } from './image-walls.js';

type Tree = { readonly [key: string]: unknown };

/** As compose merges files: maps by their keys, lists one behind the other, of anything else the last one. */
export function mergeCompose(files: readonly Compose[]): Compose {
  return files.reduce((one, other) => merge(one as unknown as Tree, other as unknown as Tree) as unknown as Compose);
}

function merge(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  if (!isTree(one) || !isTree(other)) return other ?? one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, key in other ? merge(one[key], other[key]) : one[key]]));
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const targetLabel = 'org.astrogate.target';

/** `merged`: docker-compose.yml with some of them over it. */
export function overlayViolations({ services, networks = {} }: Compose): string[] {
  const { nginx, vault, solver, api, guard } = services;
  const publishing = Object.keys(services).filter((name) => (services[name]?.ports ?? []).length > 0);
  const isInternal = (service: ComposeService) =>
    (service.networks ?? []).every((network) => networks[network]?.internal === true);
  const targets = targetsIn(solver?.environment?.SOLVER_TARGETS);
  const labels = (service: ComposeService) => (service.labels as Record<string, string> | undefined)?.[targetLabel];
  const broken: [boolean, string][] = [
    [publishing.join() !== (nginx ? 'nginx' : 'api'), `published by ${publishing.join(', ')}`],
    [nginx !== undefined && labels(nginx) !== targets.get('nginx'), 'nginx is not the target nginx'],
    [nginx !== undefined && (nginx.volumes ?? []).join() !== 'certificates:/certificates:ro', 'nginx mounts more'],
    [vault !== undefined && labels(vault) !== targets.get('vault'), 'vault is not the target vault'],
    [vault !== undefined && !isInternal(vault), 'vault has a way out'],
    [vault !== undefined && shared(vault, services).join() !== 'api', 'vault is reached by others than the api'],
    [api !== undefined && labels(api) !== undefined, 'the api is a target'],
    [
      guard !== undefined && guard.environment?.GUARD_TARGETS !== solver?.environment?.SOLVER_TARGETS,
      'guard and solver have other targets',
    ],
  ];
  return broken.filter(([isBroken]) => isBroken).map(([, complaint]) => complaint);
}

/** Alias to the label's value. */
function targetsIn(list = ''): Map<string, string> {
  const items = list.split(',').map((item) => item.split(`=${targetLabel}:`));
  return new Map(items.map(([alias = '', value = '']) => [alias, value]));
}

/** The other services on a network of `service`. */
function shared(service: ComposeService, services: Compose['services']): string[] {
  return Object.entries(services)
    .filter(([, other]) => other !== service && other.networks?.some((network) => service.networks?.includes(network)))
    .map(([name]) => name);
}
