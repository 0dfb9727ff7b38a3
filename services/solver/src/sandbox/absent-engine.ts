// What stands in the engine's place where there is none (SOLVER_DOCKER=off): every verb fails as with one that is away.
import type { DockerEngine } from './docker-engine.js';
import type { EngineEndpoint } from './endpoint.js';
import { EngineError } from './engine-error.js';
import type { Preflight } from './preflight.js';

export function absentEngine(endpoint: EngineEndpoint): DockerEngine {
  const refuse = async (): Promise<never> => {
    throw new EngineError('unreachable');
  };
  return {
    endpoint,
    apiVersion: 'none',
    ...{ ping: refuse, version: refuse, info: refuse, image: refuse },
    ...{ create: refuse, attach: refuse, start: refuse, signal: refuse, wait: refuse, inspect: refuse },
    ...{ remove: refuse, list: refuse, restart: refuse, stop: refuse },
  };
}

/** What a look at it has found. */
export const absent: Preflight = {
  image: { Id: 'none', Config: { Labels: null } as Preflight['image']['Config'] },
  version: { Version: 'none', ApiVersion: 'none', MinAPIVersion: 'none', KernelVersion: 'unknown' },
  info: {
    ...{ MemoryLimit: false, SwapLimit: false, PidsLimit: false, SecurityOptions: [] },
    ...{ CgroupVersion: '0', CgroupDriver: 'none', OSType: 'none', DefaultRuntime: 'none' },
  },
};
