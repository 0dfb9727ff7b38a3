// A receiver of webhooks for tests, on an address that stands for the internet, and a trap beside it: a server of the
// inside, on the same port, to which nothing may ever connect.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createOutbound, type Outbound } from '../src/outbound/outbound.js';

const outside = '127.0.0.2';
const inside = '127.0.0.1';

export interface Received {
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class WebhookReceiver implements AsyncDisposable {
  readonly heard: Received[] = [];
  /** Requests that wait for their answer, by host name. */
  readonly open: string[] = [];
  /** Connections to the trap. */
  trapped = 0;
  answer: (response: ServerResponse, received: Received) => void = (response) => response.end();

  private constructor(
    readonly server: Server,
    readonly trap: Server,
    readonly port: number,
  ) {
    trap.on('connection', () => {
      this.trapped += 1;
    });
    server.on('request', async (request, response) => {
      const { host: authority = '', ...headers } = request.headers;
      const host = authority.split(':')[0] as string;
      this.open.push(host);
      response.once('close', () => this.open.splice(this.open.indexOf(host), 1));
      const received = { host, path: request.url ?? '', headers, body: await text(request).catch(() => '') };
      this.heard.push(received);
      this.answer(response, received);
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const [server, trap] = [createServer(), createServer((_request, response) => response.end('the inside'))];
    const port = await listen(trap, inside, 0);
    await listen(server, outside, port);
    return new WebhookReceiver(server, trap, port);
  }

  /** A URL of any host; names in .example lead to the receiver. */
  url(host = 'hooks.example', path = '/in'): string {
    return `http://${host}:${this.port}${path}`;
  }

  /** The way out with the receiver as the whole internet. */
  get outbound(): Outbound {
    return createOutbound({
      resolve: async (host) => (host.endsWith('.example') ? [outside] : []),
      mayConnect: (address) => address === outside,
      ports: new Set([this.port]),
    });
  }

  /** Ids of the events that arrived, in their order. */
  get ids(): string[] {
    return this.heard.map(({ headers }) => String(headers['webhook-id']));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.server, this.trap]) {
      each.closeAllConnections();
      await new Promise((resolve) => each.close(resolve));
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
