// What a container is to the guard, and what may be done with one.
import { containerSpec, decodeLabels, inspectDifferences, sandboxIdOf, type Targets } from '@astrogate/sandbox-spec';
import type { Viewer } from './answers.js';
import type { TemplateConfig } from './create-body.js';
import type { ContainerCall } from './routes.js';
import { isTarget, targetVerbs } from './target-calls.js';

/**
 * `sandbox`: of the solver that this guard serves, and made by this guard or equal to the spec field by field.
 * `leftover`: carries name and labels of such a one, but is not known to equal the spec, as after an update of the
 * image. `expired`: another solver's by name and labels, and past its time. `target`: carries a target's label.
 */
export type Standing = 'sandbox' | 'leftover' | 'expired' | 'target' | 'foreign';

const verbs: Readonly<Record<Standing, readonly ContainerCall['verb'][]>> = {
  sandbox: ['attach', 'start', 'wait', 'kill', 'inspect', 'remove'],
  leftover: ['wait', 'kill', 'inspect', 'remove'],
  expired: ['remove'],
  target: targetVerbs,
  foreign: [],
};

export function mayDo(standing: Standing, verb: ContainerCall['verb']): boolean {
  return verbs[standing].includes(verb);
}

interface Rules extends TemplateConfig, Viewer {
  readonly apiVersion: string;
  readonly targets: Targets;
}

/** Judges a container by `inspected`, the engine's answer of GET /containers/{id}/json. */
export function standingOf(inspected: unknown, rules: Rules): Standing {
  const { Name, Config } = (inspected ?? {}) as { Name?: unknown; Config?: { Labels?: unknown } };
  const labels = Config?.Labels ?? {};
  if (typeof Name !== 'string' || typeof labels !== 'object') return 'foreign';
  if (isTarget(Name, labels as Record<string, unknown>, rules.targets)) return 'target';
  const sandboxId = sandboxIdOf(Name);
  const decoded = decodeLabels(labels as Record<string, string>);
  if (sandboxId === undefined || decoded === undefined) return 'foreign';
  if (decoded.instanceId !== rules.instanceId) return decoded.expiresAt < rules.now ? 'expired' : 'foreign';
  const spec = containerSpec(sandboxId, { ...decoded, imageId: rules.imageId, indexDir: rules.indexDir });
  try {
    return inspectDifferences(inspected, spec, rules.apiVersion).length === 0 ? 'sandbox' : 'leftover';
  } catch (error) {
    // No reviewed table for this API version.
    if (error instanceof RangeError) return 'leftover';
    throw error;
  }
}
