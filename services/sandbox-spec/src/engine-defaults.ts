// What an engine adds to a container on its own, reviewed by hand, per API version. A key that is neither here nor in
// the spec is a difference: a new engine version is looked at before it is trusted.

/** Says whether a value is as expected. Stands in the table where the value cannot be fixed. */
export type Matcher = (value: unknown) => boolean;

/** "Section.Key" to the one value allowed, or to a matcher. Sections: none, State, Config, HostConfig, NetworkSettings. */
export type EngineDefaults = Readonly<Record<string, unknown>>;

const matches =
  (pattern: RegExp): Matcher =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const wholeNumber: Matcher = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const absent: Matcher = (value) => value === null || (Array.isArray(value) && value.length === 0);
const oneOf =
  (...allowed: unknown[]): Matcher =>
  (value) =>
    allowed.includes(value);

const anyText = matches(/^/);
const time = matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
/** Below the engine's own directory, named after the container, or not there at all. */
const ownFile = matches(/^(|\/[^\0]*\/containers\/[0-9a-f]{64}\/[a-z.]+)$/);

/** What of /proc and /sys a sandbox cannot see. */
export const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
];

/** What of /proc a sandbox cannot write. */
export const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Newer engines close more paths, which takes nothing away. */
const atLeast =
  (paths: readonly string[]): Matcher =>
  (value) =>
    Array.isArray(value) && paths.every((path) => value.includes(path));

/** Recorded from Engine 20.10.24, runc 1.1.5, overlay2, cgroup v1, no AppArmor, no SELinux. */
const api141: EngineDefaults = {
  Id: matches(/^[0-9a-f]{64}$/),
  Created: time,
  ResolvConfPath: ownFile,
  HostnamePath: ownFile,
  HostsPath: ownFile,
  LogPath: '',
  RestartCount: 0,
  Driver: oneOf('overlay2', 'overlayfs', 'vfs', 'btrfs', 'zfs', 'fuse-overlayfs'),
  Platform: 'linux',
  MountLabel: anyText,
  ProcessLabel: anyText,
  AppArmorProfile: oneOf('', 'docker-default'),
  ExecIDs: null,
  GraphDriver: (value: unknown) => typeof value === 'object' && value !== null,

  'State.Status': oneOf('created', 'running', 'exited'),
  'State.Running': oneOf(true, false),
  'State.Paused': false,
  'State.Restarting': false,
  'State.OOMKilled': oneOf(true, false),
  'State.Dead': false,
  'State.Pid': wholeNumber,
  'State.ExitCode': wholeNumber,
  'State.Error': '',
  'State.StartedAt': time,
  'State.FinishedAt': time,

  'Config.Domainname': '',
  'Config.Volumes': null,
  'Config.OnBuild': null,

  'HostConfig.Binds': null,
  'HostConfig.ContainerIDFile': '',
  'HostConfig.PortBindings': null,
  'HostConfig.VolumeDriver': '',
  'HostConfig.VolumesFrom': null,
  'HostConfig.CapAdd': null,
  'HostConfig.Dns': absent,
  'HostConfig.DnsOptions': absent,
  'HostConfig.DnsSearch': absent,
  'HostConfig.ExtraHosts': null,
  'HostConfig.GroupAdd': null,
  'HostConfig.Cgroup': '',
  'HostConfig.Links': null,
  'HostConfig.PidMode': '',
  'HostConfig.Privileged': false,
  'HostConfig.PublishAllPorts': false,
  'HostConfig.UTSMode': '',
  'HostConfig.UsernsMode': '',
  // Not used: IpcMode none has no /dev/shm.
  'HostConfig.ShmSize': 67_108_864,
  'HostConfig.Runtime': 'runc',
  'HostConfig.ConsoleSize': (value: unknown) => JSON.stringify(value) === '[0,0]',
  'HostConfig.Isolation': '',
  'HostConfig.NanoCpus': 0,
  'HostConfig.CgroupParent': '',
  'HostConfig.BlkioWeight': 0,
  'HostConfig.BlkioWeightDevice': absent,
  'HostConfig.BlkioDeviceReadBps': absent,
  'HostConfig.BlkioDeviceWriteBps': absent,
  'HostConfig.BlkioDeviceReadIOps': absent,
  'HostConfig.BlkioDeviceWriteIOps': absent,
  'HostConfig.CpuPeriod': 0,
  'HostConfig.CpuQuota': 0,
  'HostConfig.CpuRealtimePeriod': 0,
  'HostConfig.CpuRealtimeRuntime': 0,
  'HostConfig.CpusetCpus': '',
  'HostConfig.CpusetMems': '',
  'HostConfig.Devices': absent,
  'HostConfig.DeviceCgroupRules': null,
  'HostConfig.DeviceRequests': null,
  'HostConfig.KernelMemory': 0,
  'HostConfig.KernelMemoryTCP': 0,
  'HostConfig.MemoryReservation': 0,
  'HostConfig.MemorySwappiness': null,
  // Null where the kernel knows no such switch, as with cgroup v2.
  'HostConfig.OomKillDisable': oneOf(false, null),
  'HostConfig.CpuCount': 0,
  'HostConfig.CpuPercent': 0,
  'HostConfig.IOMaximumIOps': 0,
  'HostConfig.IOMaximumBandwidth': 0,
  'HostConfig.MaskedPaths': atLeast(maskedPaths),
  'HostConfig.ReadonlyPaths': atLeast(readonlyPaths),

  'NetworkSettings.Bridge': '',
  'NetworkSettings.SandboxID': '',
  'NetworkSettings.HairpinMode': false,
  'NetworkSettings.LinkLocalIPv6Address': '',
  'NetworkSettings.LinkLocalIPv6PrefixLen': 0,
  'NetworkSettings.Ports': {},
  'NetworkSettings.SandboxKey': '',
  'NetworkSettings.SecondaryIPAddresses': null,
  'NetworkSettings.SecondaryIPv6Addresses': null,
  'NetworkSettings.EndpointID': '',
  'NetworkSettings.Gateway': '',
  'NetworkSettings.GlobalIPv6Address': '',
  'NetworkSettings.GlobalIPv6PrefixLen': 0,
  'NetworkSettings.IPAddress': '',
  'NetworkSettings.IPPrefixLen': 0,
  'NetworkSettings.IPv6Gateway': '',
  'NetworkSettings.MacAddress': '',
  'NetworkSettings.Networks': {},
};

export const engineDefaults: Readonly<Record<string, EngineDefaults>> = { '1.41': api141 };
