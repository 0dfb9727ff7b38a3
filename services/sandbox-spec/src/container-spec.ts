// The one container that Astrogate ever creates. Pure: the solver sends this body, the guard rebuilds and compares it.
// Nothing of a job enters it; the program inside learns its job from stdin.
import { type DeepReadonly, deepFreeze } from './deep-freeze.js';
import { encodeLabels } from './labels.js';
import * as limits from './limits.js';
import { sandboxName } from './sandbox-name.js';
import { seccompProfile } from './seccomp/profile.js';

export interface SpecConfig {
  /** "sha256:" and 64 hex digits; never a tag, which could be moved. */
  readonly imageId: string;
  /** Which solver made it: 32 hex digits. */
  readonly instanceId: string;
  /** After this any solver may remove it. */
  readonly expiresAt: Date;
  /** Absolute host path of star indexes, bound read-only at /indexes; without it there is no bind at all. */
  readonly indexDir?: string | undefined;
}

export type ContainerBody = DeepReadonly<ReturnType<typeof createBody>>;

export interface ContainerSpec {
  /** The `name` parameter of the create call. */
  readonly name: string;
  /** The body of the create call, Docker Engine API 1.41. */
  readonly body: ContainerBody;
}

const imageIdPattern = /^sha256:[0-9a-f]{64}$/;
const indexDirPattern = /^\/[A-Za-z0-9._/-]{1,4095}$/;

/** Builds name and create body of a sandbox, deeply frozen. Throws RangeError when an argument has the wrong form. */
export function containerSpec(sandboxId: string, config: SpecConfig): ContainerSpec {
  if (!imageIdPattern.test(config.imageId)) throw new RangeError('image id has the wrong form');
  if (config.indexDir !== undefined && !isPlainPath(config.indexDir)) {
    throw new RangeError('index directory must be an absolute path in normal form');
  }
  return deepFreeze({ name: sandboxName(sandboxId), body: createBody(config) });
}

/** Whether `path` is absolute, made of plain characters, and has no empty, "." or ".." part. */
function isPlainPath(path: string): boolean {
  const parts = path.split('/').slice(1);
  return indexDirPattern.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function createBody(config: SpecConfig) {
  return {
    Image: config.imageId,
    Entrypoint: ['/opt/astrogate/node', '/opt/astrogate/sandbox.mjs'],
    Cmd: [] as string[],
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'HOME=/job', 'TMPDIR=/tmp', 'LANG=C.UTF-8', 'TZ=UTC'],
    WorkingDir: '/job',
    Hostname: 'sandbox',
    User: `${limits.sandboxUser}:${limits.sandboxUser}`,
    Labels: encodeLabels(config),
    // Bytes in by stdin, out by stdout. A terminal would merge and rewrite them.
    Tty: false,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(config.indexDir),
  };
}

function hostConfig(indexDir: string | undefined) {
  return {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    Tmpfs: { '/job': tmpfsOptions, '/tmp': tmpfsOptions },
    ...(indexDir === undefined ? {} : { Mounts: [indexMount(indexDir)] }),
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true', `seccomp=${seccompJson}`],
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    PidsLimit: limits.pidsLimit,
    CpuShares: limits.cpuShares,
    OomScoreAdj: limits.oomScoreAdj,
    Ulimits: [
      ulimit('nofile', limits.openFiles),
      ulimit('core', 0),
      ulimit('fsize', limits.fileBytes),
      // With IpcMode none /dev/mqueue stays writable unless its share of memory is nil.
      ulimit('msgqueue', 0),
    ],
    IpcMode: 'none',
    CgroupnsMode: 'private',
    // The engine would write what a sandbox prints to the host's disk.
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    // Whether memory ran out must still be readable after the end.
    AutoRemove: false,
  };
}

/** Inline, since the engine's API knows no file of a profile. */
const seccompJson = JSON.stringify(seccompProfile());

const tmpfsOptions = [
  'rw,noexec,nosuid,nodev',
  `size=${limits.tmpfsBytes / 1024 / 1024}m,nr_inodes=${limits.tmpfsInodes}`,
  `mode=0700,uid=${limits.sandboxUser},gid=${limits.sandboxUser}`,
].join(',');

const ulimit = (Name: string, value: number) => ({ Name, Soft: value, Hard: value });

/** A mount and not a `Binds` entry: the engine refuses a missing source instead of making a directory on the host. */
const indexMount = (Source: string) => ({
  Type: 'bind',
  Source,
  Target: '/indexes',
  ReadOnly: true,
  BindOptions: { Propagation: 'rprivate', NonRecursive: true },
});
