// Labels of a sandbox: whose it is, and when anyone may remove it. They say nothing of the job.

export const ownerLabel = 'dev.astrogate.owner';
export const instanceLabel = 'dev.astrogate.instance';
export const expiresAtLabel = 'dev.astrogate.expires-at';
/** On the image, never given by a spec: JSON list of the star indexes in the image. Containers inherit it. */
export const indexesLabel = 'dev.astrogate.indexes';

/** Value of the owner label. Nothing without it is ever listed, let alone touched. */
export const owner = 'astrogate-solver';

/** 128 random bits in hex: names a solver across restarts. */
export const instanceIdPattern = /^[0-9a-f]{32}$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export interface SandboxLabels {
  readonly instanceId: string;
  readonly expiresAt: Date;
}

export function encodeLabels(labels: SandboxLabels): Record<string, string> {
  if (!instanceIdPattern.test(labels.instanceId)) throw new RangeError('instance id has the wrong form');
  return {
    [ownerLabel]: owner,
    [instanceLabel]: labels.instanceId,
    [expiresAtLabel]: labels.expiresAt.toISOString(),
  };
}

/** The labels of a sandbox, or undefined when these are not the complete, well-formed labels of one. */
export function decodeLabels(labels: Readonly<Record<string, string>>): SandboxLabels | undefined {
  const instanceId = labels[instanceLabel] ?? '';
  const expiresAt = labels[expiresAtLabel] ?? '';
  if (labels[ownerLabel] !== owner || !instanceIdPattern.test(instanceId) || !timePattern.test(expiresAt)) return;
  const time = new Date(expiresAt);
  return Number.isNaN(time.getTime()) ? undefined : { instanceId, expiresAt: time };
}
