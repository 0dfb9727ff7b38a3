// The closed list of calls: exact method, path and query, each as the solver sends it. Nothing else exists.
import type { LabelSelector } from '@astrogate/sandbox-spec';
import { Denied } from '../denied.js';
import { checkTarget } from './request-target.js';
import { type TargetVerb, targetCalls } from './target-calls.js';

/** What of the calls depends on engine and configuration. */
export interface Grammar {
  /** Such as "1.41"; the only version that is spoken. */
  readonly apiVersion: string;
  /** Names by which the one image may be asked for: as configured, and its id. */
  readonly images: readonly string[];
  /** Who may be listed: sandboxes, and each target. */
  readonly selectors: readonly LabelSelector[];
}

export type SandboxVerb = 'attach' | 'start' | 'wait' | 'kill' | 'inspect' | 'remove';

export interface ContainerCall {
  readonly verb: SandboxVerb | TargetVerb;
  /** An id, or for `inspect` and `remove` the name of a sandbox. */
  readonly container: string;
  /** Seconds, for stop and restart. */
  readonly grace?: string;
}

export type Call =
  | { readonly verb: 'version' | 'ping' | 'info' | 'image' }
  | { readonly verb: 'list'; readonly selector: LabelSelector }
  | { readonly verb: 'create'; readonly sandboxId: string }
  | ContainerCall;

const sandboxCalls: readonly (readonly [SandboxVerb, RegExp])[] = [
  ['attach', /^POST ([0-9a-f]{64})\/attach\?stream=1&stdin=1&stdout=1&stderr=1$/],
  ['start', /^POST ([0-9a-f]{64})\/start$/],
  ['wait', /^POST ([0-9a-f]{64})\/wait\?condition=not-running$/],
  ['kill', /^POST ([0-9a-f]{64})\/kill\?signal=KILL$/],
  // By name, too: the solver looks at its first sandbox by name, and a create that failed in its eyes may have succeeded
  // in the engine's.
  ['inspect', /^GET ([0-9a-f]{64}|astrogate-sandbox-[0-9a-f]{32})\/json$/],
  ['remove', /^DELETE ([0-9a-f]{64}|astrogate-sandbox-[0-9a-f]{32})\?force=true&v=true$/],
];

/** The call that `method` and `target` mean. Throws Denied when they mean none. */
export function findCall(method: string, target: string, grammar: Grammar): Call {
  checkTarget(target);
  const call = findFixedCall(`${method} ${target}`, grammar) ?? findContainerCall(method, target, grammar);
  if (call === undefined) throw new Denied('no such call');
  return call;
}

function findFixedCall(line: string, { apiVersion, images, selectors }: Grammar): Call | undefined {
  const get = `GET /v${apiVersion}`;
  // The version is asked for before it is known which one to speak.
  if (line === 'GET /version' || line === `${get}/version`) return { verb: 'version' };
  if (line === `${get}/_ping`) return { verb: 'ping' };
  if (line === `${get}/info`) return { verb: 'info' };
  if (images.some((image) => line === `${get}/images/${encodeURIComponent(image)}/json`)) return { verb: 'image' };
  const selector = selectors.find((candidate) => line === `${get}/${listPath(candidate)}`);
  return selector && { verb: 'list', selector };
}

function findContainerCall(method: string, target: string, { apiVersion }: Grammar): Call | undefined {
  const prefix = `/v${apiVersion}/containers/`;
  if (!target.startsWith(prefix)) return;
  const line = `${method} ${target.slice(prefix.length)}`;
  const sandboxId = /^POST create\?name=astrogate-sandbox-([0-9a-f]{32})$/.exec(line)?.[1];
  if (sandboxId !== undefined) return { verb: 'create', sandboxId };
  for (const [verb, pattern] of [...sandboxCalls, ...targetCalls]) {
    const [, container, grace] = pattern.exec(line) ?? [];
    if (container !== undefined) return { verb, container, ...(grace === undefined ? {} : { grace }) };
  }
  return;
}

/** Path and query, without version, that list the containers of all `selectors` in any state. */
export function listPath(...selectors: readonly LabelSelector[]): string {
  const label = selectors.map((selector) => `${selector.label}=${selector.value}`);
  const filters = encodeURIComponent(JSON.stringify({ label }));
  return `containers/json?all=true&filters=${filters}`;
}
