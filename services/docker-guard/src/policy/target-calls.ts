// The calls for targets, a rule apart: containers of this guard's own list of labels may be stopped, started, restarted
// and told to reload. They are never attached to, killed or removed.
import { type LabelSelector, ownerLabel, sandboxIdOf, type Targets } from '@astrogate/sandbox-spec';

export type TargetVerb = 'restart' | 'stop' | 'reload';

/** Seconds of grace, 0 to 120 as AdminService allows. */
const grace = '(\\d|[1-9]\\d|1[01]\\d|120)';

/** `start` and `inspect` are calls for sandboxes and for targets alike; whose container it is decides. */
export const targetCalls: readonly (readonly [TargetVerb, RegExp])[] = [
  ['restart', new RegExp(`^POST ([0-9a-f]{64})/restart\\?t=${grace}$`)],
  ['stop', new RegExp(`^POST ([0-9a-f]{64})/stop\\?t=${grace}$`)],
  ['reload', /^POST ([0-9a-f]{64})\/kill\?signal=HUP$/],
];

export const targetVerbs = ['inspect', 'start', 'restart', 'stop', 'reload'] as const;

/** Whether a container with this name and these labels is a target. A sandbox never is, whatever else it carries. */
export function isTarget(name: string, labels: Readonly<Record<string, unknown>>, targets: Targets): boolean {
  if (sandboxIdOf(name) !== undefined || Object.hasOwn(labels, ownerLabel)) return false;
  return [...targets.values()].some((selector) => carries(labels, selector));
}

export function carries(labels: Readonly<Record<string, unknown>>, { label, value }: LabelSelector): boolean {
  return Object.hasOwn(labels, label) && labels[label] === value;
}
