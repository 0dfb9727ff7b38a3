// Which version of the Engine API is spoken with an engine.
import { ConfigError } from '@astrogate/common';
import { type EngineVersion, reviewedApiVersion } from './docker-engine.js';

/**
 * The reviewed version where the engine speaks it; else the oldest that it speaks, which differs least. ConfigError for
 * an engine that is older than the reviewed version.
 */
export function chooseApiVersion({
  ApiVersion,
  MinAPIVersion,
}: Pick<EngineVersion, 'ApiVersion' | 'MinAPIVersion'>): string {
  const [wanted, oldest, newest] = [minor(reviewedApiVersion), minor(MinAPIVersion), minor(ApiVersion)];
  if (!(newest >= wanted && oldest <= newest)) {
    throw new ConfigError(
      `this Docker Engine will not do: it speaks API ${MinAPIVersion} to ${ApiVersion}, not ${reviewedApiVersion}`,
    );
  }
  return oldest > wanted ? MinAPIVersion : reviewedApiVersion;
}

/** 41 of "1.41"; the engine has never had another major version. */
const minor = (version: string) => Number(/^1\.(\d{1,3})$/.exec(version)?.[1] ?? Number.NaN);
