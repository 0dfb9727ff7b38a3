// The creations that an engine reports in its event stream.
import { type ClientRequest, get } from 'node:http';
import { createInterface } from 'node:readline';
import { instanceLabel } from '@astrogate/sandbox-spec';
import { reviewedApiVersion } from '../../src/sandbox/docker-engine.js';
import type { EngineEndpoint } from '../../src/sandbox/endpoint.js';

interface CreateEvent {
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

export interface Creations {
  /** Ids of all containers created since the stream began, whoever made them. */
  readonly ids: ReadonlySet<string>;
  /** Those of them that carry the label of the instance. */
  readonly own: ReadonlySet<string>;
  /** Reads once more what happened until now, in case the stream lags behind. */
  flush(): Promise<void>;
  close(): void;
}

export async function followCreations(endpoint: EngineEndpoint, instanceId: string): Promise<Creations> {
  const ids = new Set<string>();
  const own = new Set<string>();
  const since = Date.now() / 1000;
  const onLine = (line: string) => {
    const { Actor } = JSON.parse(line) as CreateEvent;
    ids.add(Actor.ID);
    if (Actor.Attributes[instanceLabel] === instanceId) own.add(Actor.ID);
  };
  const stream = readEvents(endpoint, { since: String(since) }, onLine);
  await stream.open;
  return {
    ids,
    own,
    flush: () => readEvents(endpoint, { since: String(since), until: String(Date.now() / 1000) }, onLine).ended,
    close: () => stream.request.destroy(),
  };
}

function readEvents(endpoint: EngineEndpoint, query: Record<string, string>, onLine: (line: string) => void) {
  const filters = JSON.stringify({ type: ['container'], event: ['create'] });
  const path = `/v${reviewedApiVersion}/events?${new URLSearchParams({ ...query, filters })}`;
  const open = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const request: ClientRequest = get({ ...endpoint, path, headers: { connection: 'close' } }, (answer) => {
    if (answer.statusCode !== 200) open.reject(new Error(`the engine gives no events: ${answer.statusCode}`));
    open.resolve();
    // The end of the watch cuts the stream, which both report.
    const lines = createInterface({ input: answer }).on('line', onLine).on('close', ended.resolve);
    for (const emitter of [answer, lines]) emitter.on('error', () => {});
  });
  request.on('error', (error) => {
    open.reject(error);
    ended.resolve();
  });
  return { request, open: open.promise, ended: ended.promise };
}
