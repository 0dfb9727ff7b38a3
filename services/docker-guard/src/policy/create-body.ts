// The one create body. Nothing of what was received is passed on: id, instance and expiry are read from it, the body is
// built anew, and unless both are the same bytes the call is denied. Equal values would not do, since two parsers may
// disagree about one text (key case, doubled keys, escapes, broken UTF-8); about equal bytes they cannot.
import { containerSpec, decodeLabels } from '@astrogate/sandbox-spec';
import { Denied } from '../denied.js';
import { longestLifeMs } from '../limits.js';

export interface TemplateConfig {
  readonly imageId: string;
  readonly indexDir: string | undefined;
}

/** Name, instance and our own bytes of the body of `sandboxId`. Throws Denied unless `received` is the same. */
export function rebuildBody(
  sandboxId: string,
  received: Buffer,
  config: TemplateConfig,
  now: Date,
): { name: string; instanceId: string; body: Buffer } {
  const labels = decodeLabels(labelsOf(received));
  if (labels === undefined) throw new Denied('the create body has no complete labels of a sandbox');
  const lifeMs = labels.expiresAt.getTime() - now.getTime();
  if (lifeMs <= 0 || lifeMs > longestLifeMs) throw new Denied('the sandbox would expire too late, or has expired');
  const { imageId, indexDir } = config;
  const spec = containerSpec(sandboxId, { ...labels, imageId, indexDir });
  const body = Buffer.from(JSON.stringify(spec.body));
  if (!body.equals(received)) throw new Denied('the create body is not the one that this guard builds');
  return { name: spec.name, instanceId: labels.instanceId, body };
}

function labelsOf(received: Buffer): Record<string, string> {
  try {
    const labels = (JSON.parse(received.toString()) as { Labels?: unknown }).Labels;
    const isText = (value: unknown) => typeof value === 'string';
    if (Object.values(labels as object).every(isText)) return labels as Record<string, string>;
  } catch {}
  throw new Denied('the create body is not JSON with labels');
}
