// A call on one container, which is judged first.
import { type Answer, failure, reduced } from './answer.js';
import type { GuardContext } from './context.js';
import { Denied } from './denied.js';
import { engineCallMs } from './limits.js';
import { reduceInspection } from './policy/answers.js';
import type { ContainerCall } from './policy/routes.js';
import { mayDo, type Standing, standingOf } from './policy/standing.js';

/** Performs any call on a container but `attach`. Throws Denied, EngineLost. */
export async function performOnContainer(
  context: GuardContext,
  call: ContainerCall,
  signal: AbortSignal,
): Promise<Answer> {
  const { engine, prefix, ledger } = context;
  const judged = await judge(context, call, signal);
  if ('status' in judged) return judged;
  const { method, path, timeoutMs } = engineCallOf(call, judged.id);
  const answer = await engine.call(method, `${prefix}/${path}`, { signal, timeoutMs });
  const isGone = answer.status === 404 || (call.verb === 'remove' && answer.status < 300);
  if (isGone) ledger.forget(judged.id);
  // Of a sandbox the solver may know everything: it wrote the spec, and compares.
  const reduce = judged.standing === 'sandbox' ? (body: unknown) => body : reduceInspection;
  if (call.verb === 'inspect') return reduced(answer, reduce);
  return answer.status < 300 || answer.status === 304 ? { status: answer.status } : failure(context.log, answer);
}

export interface Judged {
  readonly id: string;
  readonly standing: Standing;
}

/**
 * The container when `call` may be made on it; the answer when the engine does not know it. Throws Denied. One
 * that this guard did not make is inspected and judged each time.
 */
export async function judge(context: GuardContext, call: ContainerCall, signal: AbortSignal): Promise<Judged | Answer> {
  const { engine, prefix, ledger, config, facts, served } = context;
  const { verb, container } = call;
  if (ledger.has(container)) {
    if (!mayDo('sandbox', verb)) throw new Denied(`${verb} is not for sandboxes`);
    return { id: container, standing: 'sandbox' };
  }
  const answer = await engine.call('GET', `${prefix}/containers/${container}/json`, { signal });
  if (answer.status !== 200) return failure(context.log, answer);
  const { apiVersion, image } = facts;
  const { indexDir, targets } = config;
  const rules = { apiVersion, imageId: image.Id, indexDir, targets, instanceId: served.id, now: new Date() };
  const { Id } = answer.body as { Id?: unknown };
  if (typeof Id !== 'string' || !/^[0-9a-f]{64}$/.test(Id))
    throw new Denied('the engine gives its containers unusual ids');
  const standing = ledger.has(Id) ? 'sandbox' : standingOf(answer.body, rules);
  if (!mayDo(standing, verb)) throw new Denied(`${verb} on a container that is ${standing}`);
  // What was judged is what is acted upon: never the name again.
  return { id: Id, standing };
}

const queries: Readonly<Record<ContainerCall['verb'], readonly ['GET' | 'POST' | 'DELETE', string]>> = {
  inspect: ['GET', '/json'],
  remove: ['DELETE', '?force=true&v=true'],
  attach: ['POST', '/attach?stream=1&stdin=1&stdout=1&stderr=1'],
  start: ['POST', '/start'],
  wait: ['POST', '/wait?condition=not-running'],
  kill: ['POST', '/kill?signal=KILL'],
  reload: ['POST', '/kill?signal=HUP'],
  stop: ['POST', '/stop?t='],
  restart: ['POST', '/restart?t='],
};

/** Path without version, and how long the engine may take: a wait lasts as long as the caller waits. */
export function engineCallOf({ verb, grace = '' }: ContainerCall, id: string) {
  const [method, rest] = queries[verb];
  const timeoutMs = verb === 'wait' ? Number.POSITIVE_INFINITY : engineCallMs + Number(grace) * 1000;
  return { method, path: `containers/${id}${rest}${grace}`, timeoutMs };
}
