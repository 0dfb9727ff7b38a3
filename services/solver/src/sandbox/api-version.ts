// Which version of the Engine API is spoken with an engine.
import { ConfigError } from '@astrogate/common';
import { chooseApiVersion as choose } from '@astrogate/sandbox-spec';
import type { EngineVersion } from './docker-engine.js';

/** As sandbox-spec chooses it. ConfigError for an engine that is older than the reviewed version. */
export function chooseApiVersion(version: Pick<EngineVersion, 'ApiVersion' | 'MinAPIVersion'>): string {
  try {
    return choose(version);
  } catch (error) {
    throw new ConfigError((error as RangeError).message);
  }
}
