// The containers that admin calls may act on: an alias stands for a label. Solver and guard each read their own list.

export interface LabelSelector {
  readonly label: string;
  readonly value: string;
}

/** Alias to selector. */
export type Targets = ReadonlyMap<string, LabelSelector>;

/** One item of a list of targets: "alias=label:value". */
export const targetItemPattern = /^[a-z0-9-]{1,32}=[A-Za-z0-9._/-]{1,128}:[A-Za-z0-9._-]{1,128}$/;

/** Labels of sandboxes begin like this; no target may be chosen by one. */
const ownLabels = 'dev.astrogate.';

/** Reads items of the form above. Throws RangeError when one has another form, selects sandboxes or comes twice. */
export function parseTargets(items: readonly string[]): Targets {
  const targets = new Map<string, LabelSelector>();
  for (const item of items) {
    const [, alias = '', label = '', value = ''] = /^([^=]+)=([^:]+):(.+)$/.exec(item) ?? [];
    if (!targetItemPattern.test(item) || label.startsWith(ownLabels)) {
      throw new RangeError('names sandboxes or an alias of the wrong form');
    }
    if (targets.has(alias)) throw new RangeError(`names ${alias} twice`);
    targets.set(alias, { label, value });
  }
  return targets;
}
