// Does a call that stands in the closed list: with our own path, our own bytes.

import { instanceLabel } from '@astrogate/sandbox-spec';
import { type Answer, failure, reduced } from './answer.js';
import { performOnContainer } from './container-call.js';
import type { GuardContext } from './context.js';
import { Denied } from './denied.js';
import { reduceImage, reduceInfo, reduceList, reduceVersion } from './policy/answers.js';
import { rebuildBody } from './policy/create-body.js';
import { type Call, listPath } from './policy/routes.js';

/** Performs any call but `attach`. `signal` fires when the caller is gone. Throws Denied, EngineLost. */
export async function perform(context: GuardContext, call: Call, body: Buffer, signal: AbortSignal): Promise<Answer> {
  const { engine, facts, prefix, served } = context;
  const get = (path: string) => engine.call('GET', `${prefix}/${path}`, { signal });
  switch (call.verb) {
    case 'ping':
      return reduced(await get('_ping'), () => 'OK');
    case 'version':
      return reduced(await get('version'), reduceVersion);
    case 'info':
      return reduced(await get('info'), reduceInfo);
    case 'image':
      // Asked anew, so that an image that is gone is missed; by id, so that a name that moved changes nothing.
      return reduced(await get(`images/${facts.image.Id}/json`), reduceImage);
    case 'list':
      return reduced(await get(listPath(call.selector)), (list) =>
        reduceList(list, call.selector, { instanceId: served.id, now: new Date() }),
      );
    case 'create':
      return await create(context, call.sandboxId, body);
    default:
      return await performOnContainer(context, call, signal);
  }
}

/** Not given up when the caller leaves: the container would be made all the same, and must be known. */
async function create(context: GuardContext, sandboxId: string, received: Buffer): Promise<Answer> {
  const { engine, prefix, ledger, config, facts, owners, served } = context;
  const now = new Date();
  const template = { imageId: facts.image.Id, indexDir: config.indexDir };
  const { name, instanceId, body } = rebuildBody(sandboxId, received, template, now);
  // Before the limits, so that a solver whose leftovers fill them may remove those.
  served.claim(instanceId);
  const own = { label: instanceLabel, value: instanceId };
  let answer: Answer = { status: 500 };
  const countExisting = async () => {
    const { status, body: list } = await engine.call('GET', `${prefix}/${listPath(owners, own)}`);
    if (status !== 200 || !Array.isArray(list))
      throw new Denied('the engine does not say how many sandboxes it has', 429);
    return list.length;
  };
  await ledger.create(now.getTime(), countExisting, async () => {
    const made = await engine.call('POST', `${prefix}/containers/create?name=${name}`, { body });
    const id = (made.body as { Id?: unknown } | undefined)?.Id;
    const isMade = made.status === 201 && typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);
    answer = isMade ? { status: 201, body: { Id: id } } : failure(context.log, made);
    return isMade ? id : undefined;
  });
  return answer;
}
