import { readFileSync, rmSync } from 'node:fs';
import { readTlsFiles } from '@astrogate/common';
import { type AdminServiceHandlers, AstrogateError, adminService, type TargetRequestMessage } from '@astrogate/proto';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { makeCertificates } from '../../test-support/certificates.js';
import { retryDelayOf } from '../rpc/channel.js';
import { GrpcTargetClient } from './target-client.js';

const cause = { actor: 'user:1', requestId: 'r1' };
let certificates: Awaited<ReturnType<typeof makeCertificates>>;
let server: Server;
let client: GrpcTargetClient;
/** What the fake solver was asked: method, request, request id of the metadata, whether there was a deadline. */
let asked: [string, TargetRequestMessage, unknown, boolean][];
/** The status with which the fake solver ends the next act. */
let refusal: { code: status; trailers: Record<string, string> } | undefined;

beforeAll(async () => {
  certificates = await makeCertificates();
  const { key, cert, ca } = certificates.server;
  server = new Server();
  server.addService(adminService, fakeAdmin() as never);
  const keys = [{ private_key: readFileSync(key), cert_chain: readFileSync(cert) }];
  const credentials = ServerCredentials.createSsl(readFileSync(ca), keys, true);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('localhost:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const place = { name: `localhost:${port}`, addresses: ['127.0.0.1', '::1'] };
  client = new GrpcTargetClient(place, readTlsFiles(certificates.client, 'client'));
});
beforeEach(() => {
  asked = [];
  refusal = undefined;
});
afterAll(() => {
  client.close();
  server.forceShutdown();
  rmSync(certificates.dir, { recursive: true });
});

function fakeAdmin(): AdminServiceHandlers {
  const vault = { alias: 'vault', state: 'TARGET_STATE_RUNNING', startedAt: '2026-01-01T00:00:00.000Z' } as const;
  const act =
    (name: string): AdminServiceHandlers['RestartTarget'] =>
    (call, done) => {
      const { request, metadata } = call;
      asked.push([name, request, metadata.get('request-id')[0], Number.isFinite(Number(call.getDeadline()))]);
      if (!refusal) return done(null, { target: vault, seconds: 1 });
      const trailers = Metadata.fromHttp2Headers(refusal.trailers);
      done({ code: refusal.code, details: 'secret detail', metadata: trailers });
    };
  return {
    GetCapabilities: (_call, done) => done(null, { engine: true, targets: ['vault'] }),
    ListTargets: (_call, done) =>
      done(null, {
        targets: [
          vault,
          { alias: 'nginx', state: 'TARGET_STATE_AMBIGUOUS' },
          { alias: 'new', state: 'TARGET_STATE_OTHER' },
        ],
      }),
    RestartTarget: act('restart'),
    StopTarget: act('stop'),
    StartTarget: act('start'),
    ReloadTarget: act('reload'),
  };
}

test('says what the solver says of its targets', async () => {
  expect(await client.capabilities()).toEqual({ engine: true, targets: ['vault'] });
  expect(await client.list()).toEqual([
    { alias: 'vault', state: 'running', startedAt: '2026-01-01T00:00:00.000Z' },
    { alias: 'nginx', state: 'ambiguous', startedAt: '' },
    { alias: 'new', state: 'other', startedAt: '' },
  ]);
});

test.each(['restart', 'stop', 'start', 'reload'] as const)(
  '%s names actor and request, and has a deadline',
  async (act) => {
    expect(await client.act(act, 'vault', cause, { graceSeconds: 3 })).toMatchObject({ state: 'running' });
    expect(asked).toEqual([[act, expect.objectContaining({ alias: 'vault', ...cause, graceSeconds: 3 }), 'r1', true]]);
  },
);

test('a refusal keeps its code and loses its words', async () => {
  refusal = { code: status.NOT_FOUND, trailers: { 'error-code': 'not_found' } };
  const error: AstrogateError = await client.act('stop', 'vault', cause).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(AstrogateError);
  expect([error.code, error.message]).toEqual(['target_absent', 'No container is this target']);
});

test('too many acts: the time to wait is known', async () => {
  const trailers = { 'error-code': 'rate_limited', 'grpc-retry-pushback-ms': '4500' };
  refusal = { code: status.RESOURCE_EXHAUSTED, trailers };
  const error: AstrogateError = await client.act('stop', 'vault', cause).catch((thrown) => thrown);
  expect([error.code, retryDelayOf(error)]).toEqual(['rate_limited', 4500]);
});

test('a solver that is not there has no engine', async () => {
  const place = { name: 'localhost:1', addresses: ['127.0.0.1'] };
  const lost = new GrpcTargetClient(place, readTlsFiles(certificates.client, 'client'));
  await expect(lost.list()).rejects.toMatchObject({ code: 'engine_unavailable' });
  lost.close();
});
