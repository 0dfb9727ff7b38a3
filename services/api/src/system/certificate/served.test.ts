import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createPlain } from 'node:net';
import tls, { createServer, type Server, type TlsOptions } from 'node:tls';
import { freePort } from '@astrogate/local';
import { afterEach, expect, test } from '@jest/globals';
import { type Made, makeCertificate } from '../../../test-support/pems.js';
import { servedCertificate, waitUntilServed } from './served.js';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(made: Made, others: Record<string, Made> = {}, options: TlsOptions = {}) {
  const server: Server = createServer({ cert: made.cert, key: made.key, ...options });
  for (const [name, other] of Object.entries(others)) server.addContext(name, { cert: other.cert, key: other.key });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return { server, place: { host: '127.0.0.1', port, serverName: 'localhost' } };
}
const fingerprintOf = ({ cert }: Made) => new X509Certificate(cert).fingerprint256.replaceAll(':', '');

test('the certificate that is shown for the name that is asked for', async () => {
  const [usual, named] = [
    await makeCertificate(),
    await makeCertificate({ names: [{ type: 'dns', value: 'sky.test' }] }),
  ];
  const { place } = await serve(usual, { 'sky.test': named });
  expect((await servedCertificate(place)).fingerprint).toBe(fingerprintOf(usual));
  expect((await servedCertificate({ ...place, serverName: 'sky.test' })).fingerprint).toBe(fingerprintOf(named));
  expect(await servedCertificate({ ...place, serverName: '127.0.0.1' })).toEqual({
    serial: new X509Certificate(usual.cert).serialNumber,
    fingerprint: fingerprintOf(usual),
  });
});

test('that of a server with TLS 1.2 alone, whatever this process asks of its own connections', async () => {
  const made = await makeCertificate();
  const { place } = await serve(made, {}, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  const before = tls.DEFAULT_MIN_VERSION;
  tls.DEFAULT_MIN_VERSION = 'TLSv1.3';
  try {
    expect((await servedCertificate(place)).fingerprint).toBe(fingerprintOf(made));
  } finally {
    tls.DEFAULT_MIN_VERSION = before;
  }
});

test('where nothing listens, or what listens does not speak TLS, nothing is served', async () => {
  const nobody = { host: '127.0.0.1', port: await freePort(), serverName: 'localhost' };
  await expect(servedCertificate(nobody)).rejects.toMatchObject({ code: 'certificate_not_served' });
  const plain = createPlain((socket) => socket.end('hello\n'));
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  servers.push(plain);
  const { port } = plain.address() as AddressInfo;
  await expect(servedCertificate({ ...nobody, port })).rejects.toMatchObject({ code: 'certificate_not_served' });
  await expect(servedCertificate(nobody, AbortSignal.abort())).rejects.toMatchObject({
    code: 'certificate_not_served',
  });
});

test('it is waited for until it is the new one', async () => {
  const [old, next] = [await makeCertificate(), await makeCertificate()];
  const { server, place } = await serve(old);
  server.once('connection', () => server.setSecureContext({ cert: next.cert, key: next.key }));
  const served = await waitUntilServed(place, fingerprintOf(next), AbortSignal.timeout(30_000));
  expect(served.fingerprint).toBe(fingerprintOf(next));
});

test('one that never comes is given up, with what is shown instead', async () => {
  const old = await makeCertificate();
  const { place } = await serve(old);
  await expect(waitUntilServed(place, '00', AbortSignal.timeout(700))).rejects.toMatchObject({
    code: 'certificate_not_served',
    message: expect.stringContaining(new X509Certificate(old.cert).serialNumber),
  });
});
