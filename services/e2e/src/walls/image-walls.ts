// What Dockerfiles and the compose file promise. Every rule returns one line per violation.
import { parse } from 'yaml';
import type { SourceFile } from './source-file.js';

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

function instructionsOf({ text }: SourceFile): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n');
  return lines
    .map((line) => /^\s*([A-Za-z]+)\s+(.*\S)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', rest = '']) => ({ name: name.toUpperCase(), rest }));
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Dockerfile, not of ours.
const onlyBase = '${BASE_IMAGE}';

export function dockerfileViolations(file: SourceFile): string[] {
  const all = instructionsOf(file);
  const of = (name: string) => all.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
  const users = of('USER');
  const runs = of('RUN').join('\n');
  const base = of('ARG').find((rest) => rest.startsWith('BASE_IMAGE='));
  const broken: [boolean, string][] = [
    [of('FROM').join() !== onlyBase, `FROM is not exactly ${onlyBase}`],
    [base === undefined || !/:[^:/]+$/.test(base), 'BASE_IMAGE has no default with a tag'],
    [all.some(({ rest }) => /:latest\b/.test(rest)), 'names the tag latest'],
    [users.length === 0 || !users.every((user) => /^[1-9]\d*:[1-9]\d*$/.test(user)), 'USER is not numeric or is root'],
    [all.findLastIndex(({ name }) => name === 'COPY' || name === 'RUN') > indexOfUser(all), 'changes files after USER'],
    [of('ENTRYPOINT').length !== 1 || !isExecForm(of('ENTRYPOINT')[0]), 'ENTRYPOINT is not in exec form'],
    [of('CMD').some((rest) => !isExecForm(rest)), 'CMD is not in exec form'],
    [of('ADD').length > 0, 'uses ADD'],
    [/\b(?:curl|wget)\b/.test(runs), 'fetches by hand what no package manager checks'],
    [/\bsudo\b|chmod\s+\S*(?:\+s|777|[4267]\d{3}\b)/.test(runs), 'gives rights away'],
    [!/-perm \/6000\b.*chmod a-s/s.test(runs), 'leaves setuid files'],
    [[...of('ENV'), ...of('ARG')].some((rest) => /KEY|TOKEN|PASSWORD|SECRET/.test(rest)), 'carries a secret'],
  ];
  return broken.filter(([isBroken]) => isBroken).map(([, complaint]) => `${file.path}: ${complaint}`);
}

function indexOfUser(all: readonly Instruction[]): number {
  return all.findIndex(({ name }) => name === 'USER');
}

function isExecForm(rest: string | undefined): boolean {
  return /^\["\/[^"]+"(?:, ?"[^"]*")*\]$/.test(rest ?? '');
}

export interface ComposeService extends Record<string, unknown> {
  readonly networks?: string[];
  readonly volumes?: (string | { type?: string; source?: string })[];
  readonly ports?: string[];
  readonly environment?: Record<string, string>;
}

export interface Compose {
  readonly services: Record<string, ComposeService>;
  readonly networks?: Record<string, { internal?: boolean } | null>;
}

/** The compose file with its anchors and merges resolved. */
export function readCompose({ text }: SourceFile): Compose {
  return parse(text, { merge: true });
}

/** Settings that take a container out of its box. */
const forbidden = [
  'privileged',
  'cap_add',
  'devices',
  'network_mode',
  'pid',
  'ipc',
  'uts',
  'userns_mode',
  'cgroup_parent',
  'volumes_from',
  'extra_hosts',
  'user',
  'build',
];

/** What holds for every service. */
export function hardeningViolations({ services }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const isList = (key: string, value: string) => JSON.stringify(service[key]) === JSON.stringify([value]);
    const broken: [boolean, string][] = [
      ...forbidden.map((key): [boolean, string] => [
        service[key] !== undefined && !(key === 'network_mode' && service[key] === 'none'),
        `sets ${key}`,
      ]),
      [!isList('cap_drop', 'ALL'), 'keeps capabilities'],
      [service.read_only !== true, 'can write to its own image'],
      [!isList('security_opt', 'no-new-privileges:true'), 'may gain privileges'],
      [!(Number(service.pids_limit) > 0), 'has no limit of processes'],
      [typeof service.mem_limit !== 'string', 'has no limit of memory'],
      [/:latest$|^[^:]+$|^[^/]+\.[^/]+\//.test(String(service.image)), `runs the image ${service.image}`],
      [
        Object.entries(service.environment ?? {}).some(
          ([key, value]) => /PASSWORD|TOKEN|SECRET|_KEY$/.test(key) && !key.endsWith('_FILE') && value,
        ),
        'has a secret in its environment',
      ],
    ];
    return broken.filter(([isBroken]) => isBroken).map(([, complaint]) => `${name} ${complaint}`);
  });
}

/** Unless whoever starts it says otherwise. */
const ofThisMachine = /^(?:127\.0\.0\.1|\$\{ASTROGATE_HTTPS_ADDRESS:-127\.0\.0\.1\}):/;

/** Who may reach whom: the socket is in the solver alone, and the solver is reached by nobody but services of ours. */
export function separationViolations({ services, networks = {} }: Compose): string[] {
  const { solver } = services;
  const sourcesOf = (service: ComposeService | undefined) =>
    (service?.volumes ?? []).map((volume) => (typeof volume === 'string' ? volume : String(volume.source)));
  const others = Object.entries(services).filter(([name]) => name !== 'solver');
  const broken: [boolean, string][] = [
    ...others.flatMap(([name, service]): [boolean, string][] => [
      [
        /docker|socket/i.test(JSON.stringify([service.volumes, service.environment, service.group_add])),
        `${name} knows the engine`,
      ],
      [sourcesOf(service).some((source) => /^[./~$]/.test(source)), `${name} mounts a directory of the host`],
      [(service.ports ?? []).some((port) => !ofThisMachine.test(port)), `${name} listens to the world`],
    ]),
    [solver === undefined, 'there is no solver'],
    [solver?.ports !== undefined || solver?.expose !== undefined, 'solver publishes a port'],
    [
      !(solver?.networks ?? []).every((network) => networks[network]?.internal === true),
      'solver has a network with a way out',
    ],
    [(solver?.networks ?? []).length === 0, 'solver is on the default network'],
  ];
  return broken.filter(([isBroken]) => isBroken).map(([, complaint]) => complaint);
}

/** The hardened profile, `overlay` over the compose file: the guard has the socket and nothing else, the solver no longer. */
export function guardViolations({ services }: Compose): string[] {
  const { guard, solver, ...others } = services;
  const sources = (service: ComposeService | undefined) =>
    (service?.volumes ?? []).map((volume) => (typeof volume === 'string' ? volume : String(volume.source)));
  const mounts = (service: ComposeService | undefined) =>
    sources(service).map((text) => text.replace(/\$\{[^}]*\}/g, 'HOST'));
  const broken: [boolean, string][] = [
    [guard?.network_mode !== 'none', 'guard has a network'],
    [guard?.ports !== undefined, 'guard publishes a port'],
    [mounts(guard).join() !== 'HOST:/run/docker.sock,guard:/run/guard', 'guard mounts something else'],
    [
      mounts(solver).join() !== 'guard:/run/docker.sock:ro',
      'solver keeps the socket, or may replace that of the guard',
    ],
    [
      !/^unix:\/\/\/run\/docker\.sock\//.test(solver?.environment?.SOLVER_DOCKER_HOST ?? ''),
      'solver does not use the guard',
    ],
    [Object.keys(others).length > 0, 'changes other services'],
  ];
  return broken.filter(([isBroken]) => isBroken).map(([, complaint]) => complaint);
}
