// Who gets in. Every refusal is checked by its code and by what the handlers saw: nothing.
import { connect as connectPlain } from 'node:http2';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Authority, type Credentials, type LeafOptions, makeAuthority, makeLeaf } from './certificates.js';
import { ask, headerFor, inSeconds, openSolve, type SolverUnderTest, startSolver } from './solver-under-test.js';

const api = { type: 'url', value: 'spiffe://astrogate/api' } as const;
let solver: SolverUnderTest;
let strangers: Authority;
/** Attempts that reached the use case. */
let opened = 0;

beforeAll(async () => {
  strangers = await makeAuthority();
  const sandboxes = {
    open: async () => {
      opened += 1;
      throw new Error('reached');
    },
  };
  solver = await startSolver({ overrides: { sandboxes } });
});
beforeEach(() => {
  opened = 0;
});
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

/** gRPC status of a Solve by a client with these credentials. */
async function solveAs(identity: Credentials): Promise<number | undefined> {
  const clients = solver.connect(identity);
  const { call, settled } = openSolve(clients.solver, inSeconds(5));
  call.write({ header: headerFor(Buffer.from('x')) });
  const { error } = await settled;
  clients.close();
  return error?.code;
}

test('the api gets in', async () => {
  expect(await solveAs(await makeLeaf(solver.authority, { names: [api] }))).toBe(13);
  expect(opened).toBe(1);
});

const permissionDenied = 7;
const notFound = 5;
test.each<[string, LeafOptions]>([
  ['no SAN, the identity as CN', { commonName: api.value }],
  ['a longer URI', { names: [{ type: 'url', value: `${api.value}2` }] }],
  ['a URI that contains the identity', { names: [{ type: 'url', value: `https://x/?${api.value}` }] }],
  ['a URI in other case', { names: [{ type: 'url', value: 'spiffe://astrogate/API' }] }],
  ['a wildcard', { names: [{ type: 'url', value: 'spiffe://astrogate/*' }] }],
  ['the identity as DNS name', { names: [{ type: 'dns', value: 'spiffe://astrogate/api' }] }],
  ['a DNS name that imitates a URI entry', { names: [{ type: 'dns', value: 'x, URI:spiffe://astrogate/api' }] }],
  ['two URIs', { names: [api, { type: 'url', value: 'spiffe://astrogate/ops' }] }],
])('the right authority but %s: PERMISSION_DENIED, no handler runs', async (_what, options) => {
  expect(await solveAs(await makeLeaf(solver.authority, options))).toBe(permissionDenied);
  expect(opened).toBe(0);
});

const unavailable = 14;
test.each<[string, () => Promise<Credentials>]>([
  ['of another authority', () => makeLeaf(strangers, { names: [api] })],
  ['that has expired', () => makeLeaf(solver.authority, { names: [api], from: -3, to: -1 })],
  ['that is not valid yet', () => makeLeaf(solver.authority, { names: [api], from: 1, to: 3 })],
  ['for servers only', () => makeLeaf(solver.authority, { names: [api], purpose: 'serverAuth' })],
])(
  'a certificate %s: no connection, no handler runs',
  async (_what, credentials) => {
    expect(await solveAs(await credentials())).toBe(unavailable);
    expect(opened).toBe(0);
  },
  15_000,
);

/** What happens to a raw TLS client: the protocol it got and whether it was still welcome afterwards. */
async function greet(options: object): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      servername: 'localhost',
      port: solver.service.port,
      ca: solver.authority.cert,
      ALPNProtocols: ['h2'],
      ...options,
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    // TLS 1.3 tells a client only after the handshake that its certificate was refused.
    socket.once('data', () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
    socket.once('end', () => resolve('closed'));
  });
}

test('TLS 1.3 with a certificate is welcome, TLS 1.2 and no certificate are not', async () => {
  const good = await makeLeaf(solver.authority, { names: [api] });
  expect(await greet(good)).toBe('TLSv1.3');
  expect(await greet({ ...good, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).toMatch(/PROTOCOL_VERSION/);
  expect(await greet({})).toMatch(/CERTIFICATE_REQUIRED|closed|ECONNRESET/);
  expect(opened).toBe(0);
});

test('plaintext HTTP/2 is cut off', async () => {
  const session = connectPlain(`http://127.0.0.1:${solver.service.port}`);
  const closed = new Promise((resolve) => session.once('close', resolve));
  session.on('error', () => {});
  session.request({ ':path': '/grpc.health.v1.Health/Check', ':method': 'POST' }).on('error', () => {});
  await closed;
  expect(opened).toBe(0);
});

test('a call without a deadline is refused, one with is served', async () => {
  const { call, settled } = openSolve(solver.api.solver, 'none');
  call.write({ header: headerFor(Buffer.from('x')) });
  expect((await settled).error).toMatchObject({ code: 3, details: 'The call has no deadline' });
  expect(opened).toBe(0);
});

test('health and ops stand behind the same table', async () => {
  const check = (client: unknown) =>
    ask((client as typeof solver.api.health).Check as never, client, { service: '' }).then(
      (answer) => (answer as { status: string }).status,
      (error) => error.code,
    );
  expect(await check(solver.api.health)).toBe('SERVING');
  expect(await check(solver.ops.health)).toBe('SERVING');
  const nobody = solver.connect(await makeLeaf(solver.authority, { commonName: 'nobody' }));
  expect(await check(nobody.health)).toBe(permissionDenied);
  nobody.close();
  const { ops } = solver.api;
  await expect(ask(ops.GetStatus as never, ops, {})).rejects.toMatchObject({ code: permissionDenied });
  await expect(ask(ops.Drain as never, ops, {})).rejects.toMatchObject({ code: permissionDenied });
  const { admin } = solver.ops;
  const unknown = { alias: 'x', actor: 'test', requestId: 'r' };
  await expect(ask(admin.RestartTarget as never, admin, unknown)).rejects.toMatchObject({ code: notFound });
  expect(solver.service.context.state.name).toBe('SERVING');
});
