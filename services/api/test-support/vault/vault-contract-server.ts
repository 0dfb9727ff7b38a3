// The contract server: NOT Vault, but a stand-in for tests that speaks the part of its HTTP API that Astrogate uses.
// The same suite runs on it and on a real Vault where one is built, which keeps it honest. It keeps nothing secret.
import { readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { freePort } from '@astrogate/local';
import { makeCertificates } from '../certificates.js';
import { answerFor, type ContractFaults, type ContractMemory } from './contract-answers.js';
import { emptyState } from './contract-state.js';
import type { RunningVault } from './running-vault.js';

/** `faults` may be changed while it runs. */
export async function startContractServer(faults: ContractFaults = {}): Promise<RunningVault> {
  const { dir, server: tls } = await makeCertificates({
    names: [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'localhost' },
    ],
  });
  const port = await freePort();
  const [key, cert, ca] = [tls.key, tls.cert, tls.ca].map((path) => readFileSync(path, 'utf8')) as [
    string,
    ...string[],
  ];
  const disk = { state: emptyState() };
  let server: Server | undefined;

  async function stop() {
    const stopping = server;
    server = undefined;
    if (stopping === undefined) return;
    const closed = new Promise((resolve) => stopping.close(resolve));
    stopping.closeAllConnections();
    await closed;
  }
  async function start() {
    // Memory is new with each start: sealed, and no key given.
    const memory: ContractMemory = { disk, faults, isSealed: true, given: [] };
    const starting = createServer({ key, ...(cert && { cert }) }, async (request, response) => {
      const bytes = await buffer(request).catch(() => undefined);
      if (bytes === undefined) return;
      const { status, body } = answerFor(memory, asked(request, bytes));
      const type = Buffer.isBuffer(body) ? 'application/gzip' : 'application/json';
      response.writeHead(status, { 'content-type': type });
      response.end(Buffer.isBuffer(body) ? body : body === undefined ? '' : JSON.stringify(body));
    });
    await new Promise<void>((resolve, reject) => starting.once('error', reject).listen(port, '127.0.0.1', resolve));
    server = starting;
  }

  await start();
  return {
    address: `https://127.0.0.1:${port}`,
    ca: ca as string,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(dir, { recursive: true });
    },
  };
}

function asked(request: IncomingMessage, bytes: Buffer) {
  const json = () => JSON.parse(bytes.toString() || '{}') as Record<string, unknown>;
  return {
    method: request.method ?? '',
    path: (request.url ?? '').replace(/^\/v1\//, ''),
    token: request.headers['x-vault-token'] as string | undefined,
    bytes,
    json: request.headers['content-type'] === 'application/json' ? json() : {},
  };
}
