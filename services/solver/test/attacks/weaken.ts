// Ways to take one control out of a create body. They exist in tests alone: the product has no switch for any of them.
import type { LooseBody, Weaken } from './box.js';

const isSeccomp = (option: string) => option.startsWith('seccomp=');

/** No seccomp at all: leaving the option out would put the engine's own profile in its place. */
export const withoutSeccomp: Weaken = ({ HostConfig }) => {
  HostConfig.SecurityOpt = [...HostConfig.SecurityOpt.filter((option) => !isSeccomp(option)), 'seccomp=unconfined'];
};

export const withoutNoNewPrivileges: Weaken = ({ HostConfig }) => {
  HostConfig.SecurityOpt = HostConfig.SecurityOpt.filter(isSeccomp);
};

/** The network of the engine's machine. */
export const withHostNetwork: Weaken = (body) => {
  body.NetworkDisabled = false;
  body.HostConfig.NetworkMode = 'host';
};

/** Those that an ordinary container has, making devices and reading anything among them. */
const withCapabilities: Weaken = ({ HostConfig }) => {
  HostConfig.CapDrop = [];
};

const asRoot: Weaken = (body) => {
  body.User = '0:0';
};

export const all =
  (...steps: readonly Weaken[]): Weaken =>
  (body: LooseBody) => {
    for (const step of steps) step(body);
  };

/** Root as ordinary containers have it, and without seccomp: whatever still refuses is the control in question. */
export const asMightyRoot: Weaken = all(asRoot, withCapabilities, withoutSeccomp);

/** Those that calls of the forbidden kind ask for, beside the ordinary ones. */
const mightyCapabilities = ['NET_ADMIN', 'SYSLOG'].concat(
  ['ADMIN', 'BOOT', 'MODULE', 'PACCT', 'PTRACE', 'RAWIO', 'TIME', 'TTY_CONFIG'].map((name) => `SYS_${name}`),
);

/** Root with all of these, but under our profile: what is refused, the profile refuses. */
export const asAlmightyRoot: Weaken = (body) => {
  asRoot(body);
  Object.assign(body.HostConfig, { CapDrop: [], CapAdd: mightyCapabilities });
};

export const withWritableRoot: Weaken = ({ HostConfig }) => {
  HostConfig.ReadonlyRootfs = false;
};

/** Changes an option of both tmpfs, such as "noexec" to "exec". */
export const withTmpfs =
  (from: string | RegExp, to: string): Weaken =>
  ({ HostConfig }) => {
    for (const [path, options] of Object.entries(HostConfig.Tmpfs)) HostConfig.Tmpfs[path] = options.replace(from, to);
  };

export const withoutUlimit =
  (name: string): Weaken =>
  ({ HostConfig }) => {
    HostConfig.Ulimits = (HostConfig.Ulimits as { Name: string }[]).filter(({ Name }) => Name !== name);
  };

export const withHostConfig =
  (fields: Record<string, unknown>): Weaken =>
  ({ HostConfig }) => {
    Object.assign(HostConfig, fields);
  };

/** Another limit of the same name, soft and hard. */
export const withUlimit =
  (name: string, value: number): Weaken =>
  ({ HostConfig }) => {
    const others = (HostConfig.Ulimits as { Name: string }[]).filter(({ Name }) => Name !== name);
    HostConfig.Ulimits = [...others, { Name: name, Soft: value, Hard: value }];
  };

/** The engine refuses a host name beside a shared network or a shared UTS namespace. */
export const withoutHostname: Weaken = (body) => {
  delete (body as { Hostname?: string }).Hostname;
};
