// What the guard learns from the engine once, at start: which API version to speak, and the id of the one image.
import { ConfigError } from '@astrogate/common';
import { chooseApiVersion } from '@astrogate/sandbox-spec';
import { type ImageFacts, reduceImage } from '../policy/answers.js';
import type { EngineClient } from './engine-client.js';

export interface EngineFacts {
  readonly apiVersion: string;
  readonly image: ImageFacts;
}

/** Throws ConfigError with one line when engine or image will not do, EngineLost when there is no engine. */
export async function askEngine(engine: EngineClient, imageReference: string): Promise<EngineFacts> {
  const apiVersion = choose((await engine.call('GET', '/version')).body);
  const path = `/v${apiVersion}/images/${encodeURIComponent(imageReference)}/json`;
  const { status, body } = await engine.call('GET', path);
  if (status !== 200) throw new ConfigError(`GUARD_SANDBOX_IMAGE ${imageReference} is not on this engine`);
  const image = reduceImage(body);
  if (!/^sha256:[0-9a-f]{64}$/.test(image.Id)) throw new ConfigError('the engine gives its images unusual ids');
  if (Object.keys(image.Config.Volumes ?? {}).length > 0)
    throw new ConfigError(`GUARD_SANDBOX_IMAGE ${imageReference} declares volumes, which a sandbox must not have`);
  return { apiVersion, image };
}

function choose(version: unknown): string {
  try {
    return chooseApiVersion((version ?? {}) as { ApiVersion: string; MinAPIVersion: string });
  } catch (error) {
    throw new ConfigError((error as RangeError).message);
  }
}
