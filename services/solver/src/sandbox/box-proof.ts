// Starts one sandbox at boot and compares what the engine says about it with the spec: what was asked for could have
// been passed over. A sandbox that is not the one of the spec is a reason not to start.
import { randomBytes } from 'node:crypto';
import { ConfigError, type Logger } from '@astrogate/common';
import { type ContainerSpec, inspectDifferences, knownDifferences, reviewedApiVersion } from '@astrogate/sandbox-spec';
import type { DockerEngine } from './docker-engine.js';
import { createSandboxSource, type SandboxSource } from './docker-sandbox.js';
import { EngineError, isEngineError } from './engine-error.js';
import { type LiveSandboxes, nobody } from './live-sandboxes.js';

interface Parts {
  readonly engine: DockerEngine;
  readonly live: LiveSandboxes;
  readonly log: Logger;
  readonly specFor: (sandboxId: string) => ContainerSpec;
}

/**
 * Throws ConfigError with one line when a sandbox cannot be started or is not the one of the spec, EngineError when the
 * engine does not answer. In which version the engine is spoken to makes no difference: fields that nobody knows are
 * logged, and nothing else is let pass.
 */
export async function proveBox({ specFor, ...parts }: Parts): Promise<void> {
  const spec = specFor(randomBytes(16).toString('hex'));
  const source = createSandboxSource({ ...parts, specFor: () => spec });
  judge(await inspectOne(source, parts.engine, spec.name), spec, parts.log);
}

async function inspectOne(source: SandboxSource, engine: DockerEngine, name: string): Promise<unknown> {
  try {
    await using _sandbox = await source.open(nobody, new AbortController().signal);
    return await engine.inspect(name);
  } catch (error) {
    if (!(error instanceof EngineError) || isEngineError(error, 'unreachable')) throw error;
    throw new ConfigError(`this Docker Engine will not do: it starts no sandbox (${reasonOf(error)})`);
  }
}

function judge(inspected: unknown, spec: ContainerSpec, log: Logger): void {
  const [first] = knownDifferences(inspected, spec);
  if (first !== undefined) {
    throw new ConfigError(`this Docker Engine will not do: a sandbox is not what was asked for: ${first}`);
  }
  const others = inspectDifferences(inspected, spec, reviewedApiVersion);
  // Fields that nobody knows come last, after those that are gone.
  if (others.length > 0) log.warn({ differences: others.slice(-20) }, 'a sandbox differs from the reviewed one');
}

/** What the engine said, in one line. */
function reasonOf(error: EngineError): string {
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/\s+/g, ' ').trim().slice(0, 300);
}
