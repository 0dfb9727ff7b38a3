// Somebody stands in for the solver. The api's client hears nothing of him and tells him nothing: neither a header nor
// a byte of an upload.
import { createHash } from 'node:crypto';
import { createReadStream, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { join } from 'node:path';
import { readTlsFiles } from '@astrogate/common';
import type { AstrogateError } from '@astrogate/proto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Attempt, GrpcSolverClient } from '../../src/solver-client.js';
import { clientAuth, makeCertificates, type ServerFault, type TlsPaths } from '../../test-support/certificates.js';
import { FakeSolverServer } from '../../test-support/fake-solver-server.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

type Certificates = Awaited<ReturnType<typeof makeCertificates>>;
const made: string[] = [];
let others: Certificates;

async function make(fault: ServerFault = {}): Promise<Certificates> {
  const certificates = await makeCertificates(fault);
  made.push(certificates.dir);
  return certificates;
}

beforeAll(async () => {
  others = await make();
});
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

function attemptIn(dir: string): Attempt {
  const bytes = Buffer.from('a picture');
  const path = join(dir, 'upload');
  writeFileSync(path, bytes);
  return {
    jobId: 'job',
    requestId: 'request',
    callerKey: '',
    upload: {
      content: createReadStream(path),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
      format: 'IMAGE_FORMAT_JPEG',
    },
    hints: { parity: 'PARITY_UNSPECIFIED' },
    guesses: [],
    limits: { maxSeconds: 5, maxStars: 10 },
  };
}

/** What the client makes of a server at `address`: the code of its error, or "served". */
async function talkTo(address: string, { client, dir }: Certificates): Promise<string[]> {
  const solver = new GrpcSolverClient(
    { name: address, addresses: ['127.0.0.1', '::1'] },
    readTlsFiles(client, 'client'),
  );
  const code = (error: AstrogateError) => error.code;
  const options = { signal: new AbortController().signal, onAccepted: () => {}, onProgress: () => {} };
  const said = await Promise.all([
    solver.solve(attemptIn(dir), options).then(() => 'served', code),
    solver.capacity().then(() => 'served', code),
  ]);
  solver.close();
  return said;
}

test('the solver itself is talked to', async () => {
  const good = await make();
  const server = await FakeSolverServer.start(good.server);
  expect(await talkTo(server.address, good)).toEqual(['served', 'served']);
  expect(server.attempts).toHaveLength(1);
  server.stop();
});

const dayMs = 86_400_000;
const days = (from: number, to: number) => ({
  validity: { notBefore: new Date(Date.now() + from * dayMs), notAfter: new Date(Date.now() + to * dayMs) },
});
const named = (value: string): ServerFault => ({ names: [{ type: 'dns', value }] });

test.each<[string, ServerFault]>([
  ['another name', named('elsewhere')],
  ['a name that begins with the right one', named('localhost.example.com')],
  ['a name that ends with the right one', named('xlocalhost')],
  ['a wildcard for everything', named('*')],
  ['a wildcard for the right name', named('*host')],
  ['the name of a service behind it', named('api.localhost')],
  ['the right name as a URI', { names: [{ type: 'url', value: 'dns:localhost' }] }],
  ['the right name as an e-mail address', { names: [{ type: 'email', value: 'root@localhost' }] }],
  ['no name that is one', { names: [{ type: 'url', value: 'spiffe://astrogate/solver' }] }],
  ['the purpose of a client: the api that plays the solver', { usage: clientAuth }],
  ['an end that has passed', days(-3, -1)],
  ['a beginning that is to come', days(1, 3)],
])('a server whose certificate has %s gets nothing', async (_what, fault) => {
  const certificates = await make(fault);
  const server = await FakeSolverServer.start(certificates.server);
  expect(await talkTo(server.address, certificates)).toEqual(['solver_unavailable', 'solver_unavailable']);
  expect(server.attempts).toEqual([]);
  server.stop();
});

test.each<[string, (own: Certificates) => TlsPaths]>([
  ['of another authority', () => others.server],
  ["that is the api's own", ({ client }) => client],
])('a server with a certificate %s gets nothing', async (_what, choose) => {
  const own = await make();
  const server = await FakeSolverServer.start(choose(own));
  expect(await talkTo(server.address, own)).toEqual(['solver_unavailable', 'solver_unavailable']);
  expect(server.attempts).toEqual([]);
  server.stop();
});

test('a server without TLS gets nothing', async () => {
  const own = await make();
  let streams = 0;
  const server = createServer().on('stream', () => (streams += 1));
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as { port: number };
  expect(await talkTo(`localhost:${port}`, own)).toEqual(['solver_unavailable', 'solver_unavailable']);
  expect(streams).toBe(0);
  server.close();
});
