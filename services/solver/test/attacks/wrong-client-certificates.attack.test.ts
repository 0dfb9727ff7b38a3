// Whoever comes without exactly the right certificate: nothing of any method runs, whatever the client asks for.
import { connect as connectPlain } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  type Authority,
  type Credentials,
  type LeafOptions,
  makeAuthority,
  makeLeaf,
  makeSelfSigned,
  withChain,
} from '../certificates.js';
import { allPaths, type CountingServer, startCountingServer } from './counting-server.js';
import { openSession, rawUnary } from './raw-call.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const api = { type: 'url', value: 'spiffe://astrogate/api' } as const;
const ops = { type: 'url', value: 'spiffe://astrogate/ops' } as const;
const url = (value: string) => ({ names: [{ type: 'url', value }] }) as const;
let server: CountingServer;

beforeAll(async () => {
  server = await startCountingServer();
});
beforeEach(() => {
  server.calls.length = 0;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** What each method says to a client with these credentials, or "no connection". */
async function knock(identity: Partial<Credentials>): Promise<string[]> {
  const session = await openSession(server.port, server.authority.cert, identity).catch(() => undefined);
  if (!session) return ['no connection'];
  const answers = await Promise.all(allPaths.map((path) => rawUnary(session, path, framed(Buffer.alloc(0)))));
  session.destroy();
  const said = answers.map(({ status, errorCode }) => (status === undefined ? 'cut off' : `${status} ${errorCode}`));
  return [...new Set(said)];
}

test('the certificate of the api opens its methods, that of ops all: the count counts', async () => {
  expect(await knock(await makeLeaf(server.authority, { names: [api] }))).toContain('0 undefined');
  expect(server.calls.length).toBe(allPaths.length - 4);
  server.calls.length = 0;
  expect(await knock(await makeLeaf(server.authority, { names: [ops] }))).toEqual(['0 undefined']);
  expect(server.calls.length).toBe(allPaths.length);
});

describe('the right authority, but', () => {
  test.each<[string, LeafOptions]>([
    ['no subjectAltName at all', {}],
    ['the identity as common name only', { commonName: api.value }],
    ['the identity as common name and another URI', { commonName: api.value, ...url('spiffe://astrogate/other') }],
    ['a URI that begins with the identity', url(`${api.value}2`)],
    ['a URI that ends with the identity', url(`x${api.value}`)],
    ['a URI that carries the identity as query', url(`https://example.com/?${api.value}`)],
    ['the identity and a slash', url(`${api.value}/`)],
    ['the identity and a query', url(`${api.value}?x`)],
    ['the identity and a space', url(`${api.value} `)],
    ['a part of the identity', url('spiffe://astrogate/ap')],
    ['the identity in other case', url('spiffe://astrogate/API')],
    ['the scheme in other case', url('SPIFFE://astrogate/api')],
    ['the identity percent-encoded', url('spiffe://astrogate/%61pi')],
    ['the identity with a user', url('spiffe://x@astrogate/api')],
    ['the identity of another trust domain', url('spiffe://astrogate.example/api')],
    ['a path that leads to the identity', url('spiffe://astrogate/x/../api')],
    ['a wildcard', url('spiffe://astrogate/*')],
    ['a list of identities in one URI', url(`${api.value}, URI:${ops.value}`)],
    ['a quoted identity', url(`"${api.value}"`)],
    ['an empty URI', url('')],
    ['the identity as DNS name', { names: [{ type: 'dns', value: api.value }] }],
    ['a DNS name that imitates a URI entry', { names: [{ type: 'dns', value: `x, URI:${api.value}` }] }],
    ['the identity as e-mail address', { names: [{ type: 'email', value: api.value }] }],
    ['an IP address', { names: [{ type: 'ip', value: '127.0.0.1' }] }],
    ["the server's own DNS name", { names: [{ type: 'dns', value: 'localhost' }] }],
    ['two identities', { names: [api, ops] }],
    ['the same identity twice', { names: [api, api] }],
    ['the identity and a foreign URI', { names: [api, { type: 'url', value: 'spiffe://x/y' }] }],
    ['no extended key usage', { names: [api], purpose: 'none' }],
    ['the right to sign others', { names: [ops], isAuthority: true }],
  ])('%s: PERMISSION_DENIED', async (_what, options) => {
    expect(await knock(await makeLeaf(server.authority, options))).toEqual(['7 forbidden']);
    expect(server.calls).toEqual([]);
  });
});

describe('no way in for a certificate', () => {
  const leaf = (options: LeafOptions) => () => makeLeaf(server.authority, { names: [api], ...options });
  const stranger = async () => makeLeaf(await makeAuthority(), { names: [ops] });
  /** The api has a key and a certificate: it may try to sign with them. */
  const signedBy = async (signer: Authority) => makeLeaf(signer, { names: [ops] });
  test.each<[string, () => Promise<Partial<Credentials>>]>([
    ['that is not there', async () => ({})],
    ['that is the authority itself', async () => server.authority],
    ['that signed itself', () => makeSelfSigned([api])],
    ['of another authority with the same name, as after a rotation', stranger],
    [
      'of another authority that comes along',
      async () => {
        const other = await makeAuthority();
        return withChain(await makeLeaf(other, { names: [ops] }), other);
      },
    ],
    ['that has expired', leaf({ from: -3, to: -1 })],
    ['that expired a minute ago', leaf({ from: -3, to: -1 / 1440 })],
    ['that is not valid yet', leaf({ from: 1, to: 3 })],
    ['for servers only', leaf({ purpose: 'serverAuth' })],
    [
      'signed by the api, which comes along',
      async () => {
        const signer = await makeLeaf(server.authority, { commonName: 'api', names: [api] });
        return withChain(await signedBy(signer), signer);
      },
    ],
    [
      'signed by an intermediate that is not there',
      async () => {
        const signer = await makeLeaf(server.authority, { commonName: 'between', isAuthority: true });
        return await signedBy(signer);
      },
    ],
    [
      'signed by an intermediate that comes along',
      async () => {
        const signer = await makeLeaf(server.authority, { commonName: 'between', isAuthority: true });
        return withChain(await signedBy(signer), signer);
      },
    ],
    [
      'of the api with a foreign leaf in front',
      async () => {
        const good = await makeLeaf(server.authority, { names: [api] });
        return withChain(await stranger(), good);
      },
    ],
  ])('%s', async (_what, make) => {
    expect(await knock(await make())).toEqual([expect.stringMatching(/^(no connection|cut off)$/)]);
    expect(server.calls).toEqual([]);
  });
});

/** What becomes of a TLS client: the protocol it was heard with, or how it was turned away. */
async function greet(options: ConnectionOptions): Promise<string> {
  const { cert, key } = await makeLeaf(server.authority, { names: [api] });
  return await new Promise((resolve) => {
    const common = { host: '127.0.0.1', servername: 'localhost', port: server.port, ca: server.authority.cert };
    const socket = connect({ ...common, cert, key, ALPNProtocols: ['h2'], ...options });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1').startsWith('HTTP/1.0 403') ? 'forbidden' : (socket.getProtocol() ?? ''));
      socket.destroy();
    });
    socket.once('close', () => resolve('closed'));
  });
}

describe('the wrong protocol', () => {
  test('TLS 1.3 is heard', async () => {
    expect(await greet({})).toBe('TLSv1.3');
  });

  test.each<[string, ConnectionOptions]>([
    ['TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }],
    ['a downgrade from TLS 1.2 to 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' }],
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
  ])('%s is refused', async (_what, options) => {
    expect(await greet(options)).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|ECONNRESET|closed/);
    expect(server.calls).toEqual([]);
  });

  test.each<[string, ConnectionOptions]>([
    ['HTTP/1.1', { ALPNProtocols: ['http/1.1'] }],
    ['nothing', { ALPNProtocols: [] }],
  ])('TLS 1.3 with a good certificate that agrees on %s is turned away', async (_what, options) => {
    expect(await greet(options)).toMatch(/forbidden|NO_APPLICATION_PROTOCOL|ECONNRESET|closed/);
    expect(server.calls).toEqual([]);
  });

  test('HTTP/2 without TLS is cut off', async () => {
    const session = connectPlain(`http://127.0.0.1:${server.port}`);
    const closed = new Promise((resolve) => session.once('close', resolve));
    session.on('error', () => {});
    for (const path of allPaths) session.request({ ':path': path, ':method': 'POST' }).on('error', () => {});
    await closed;
    expect(server.calls).toEqual([]);
  });

  test.each([
    ['an HTTP/1.1 upgrade to h2c', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['a PROXY line', 'PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n'],
    ['noise', '\u0000\u0001\u0002'.repeat(1000)],
  ])('%s is cut off', async (_what, text) => {
    const socket = connectTcp(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.resume();
    socket.write(text);
    await closed;
    expect(server.calls).toEqual([]);
  });
});
