// Looks at engine and image once, at start. A control that is promised and missing is a reason not to start.
import { ConfigError } from '@astrogate/common';
import type { DockerEngine, EngineInfo, EngineVersion, ImageFacts } from './docker-engine.js';
import { isEngineError } from './engine-error.js';

export interface Preflight {
  readonly image: ImageFacts;
  readonly version: EngineVersion;
  readonly info: EngineInfo;
}

/** Throws ConfigError with one line when the engine or the image will not do, EngineError when there is no engine. */
export async function preflight(
  engine: Pick<DockerEngine, 'version' | 'info' | 'image'>,
  imageReference: string,
): Promise<Preflight> {
  const [version, info] = await Promise.all([engine.version(), engine.info()]);
  const complaints = controlComplaints(info);
  if (complaints.length > 0) throw new ConfigError(`this Docker Engine will not do: ${complaints.join('; ')}`);
  const image = await findImage(engine, imageReference);
  if (Object.keys(image.Config.Volumes ?? {}).length > 0) {
    throw new ConfigError(`image ${imageReference} declares volumes, which a sandbox must not have`);
  }
  return { image, version, info };
}

async function findImage(engine: Pick<DockerEngine, 'image'>, reference: string): Promise<ImageFacts> {
  try {
    return await engine.image(reference);
  } catch (error) {
    if (!isEngineError(error, 'not_found')) throw error;
    throw new ConfigError(`SOLVER_SANDBOX_IMAGE ${reference} is not on this engine; it is never pulled`);
  }
}

function controlComplaints(info: EngineInfo): string[] {
  const isRootless = info.SecurityOptions?.includes('name=rootless') ?? false;
  const controls: [boolean, string][] = [
    [info.OSType === 'linux', 'its containers are not Linux'],
    // Without them every limit is accepted and none holds.
    [!['none', '', undefined].includes(info.CgroupDriver), 'it has no control groups'],
    [!isRootless || info.CgroupVersion === '2', 'it is rootless without cgroup v2, so that no limit holds'],
    [info.MemoryLimit, 'it cannot limit memory'],
    [info.SwapLimit, 'it cannot limit swap'],
    [info.PidsLimit, 'it cannot limit processes'],
    [info.SecurityOptions?.some((option) => option.startsWith('name=seccomp')), 'it has no seccomp'],
    [!info.SecurityOptions?.some((option) => option.includes('profile=unconfined')), 'its seccomp profile is off'],
  ];
  return controls.filter(([there]) => there !== true).map(([, complaint]) => complaint);
}

/** What an incident report needs to know, for the log. */
export function describeEngine({ version, info }: Pick<Preflight, 'version' | 'info'>): Record<string, string> {
  const component = (name: string) => version.Components?.find(({ Name }) => Name === name)?.Version ?? 'unknown';
  return {
    engine: version.Version,
    containerd: component('containerd'),
    runc: component('runc'),
    kernel: version.KernelVersion,
    cgroups: `v${info.CgroupVersion} by ${info.CgroupDriver}`,
    runtime: info.DefaultRuntime,
    security: (info.SecurityOptions ?? []).join(' '),
  };
}
