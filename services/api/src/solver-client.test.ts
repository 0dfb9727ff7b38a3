import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCertificates } from '../test-support/certificates.js';
import { FakeSolverServer } from '../test-support/fake-solver-server.js';
import { form, jpeg } from '../test-support/pictures.js';
import { type RunningApi, runApi } from '../test-support/running-api.js';

let certificates: Awaited<ReturnType<typeof makeCertificates>>;
let solver: FakeSolverServer;
let api: RunningApi;

beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => rmSync(certificates.dir, { recursive: true }));
beforeEach(async () => {
  solver = await FakeSolverServer.start(certificates.server);
  api = await runApi({ solverAddress: solver.address, tlsFiles: certificates.client });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  solver.stop();
});

describe('POST /solve through a real gRPC client', () => {
  test('carries the picture and the hints over mTLS and answers with the solution', async () => {
    const picture = jpeg(700_000);
    const response = await fetch(`${api.url}/solve`, {
      method: 'POST',
      body: form(picture, { scale_low: '30', scale_high: '90', ra: '84', dec: '-2', radius: '5' }),
    });
    expect(await response.json()).toMatchObject({ solved: true, ra: 84.576, dec: -2.755 });
    expect(response.status).toBe(200);
    const [seen] = solver.attempts;
    expect(seen?.sha256).toBe(createHash('sha256').update(picture).digest('hex'));
    expect(api.spooled()).toEqual([]);
  });
});
