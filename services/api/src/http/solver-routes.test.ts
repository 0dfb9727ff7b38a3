import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { form } from '../../test-support/pictures.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';

let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  api = await runApi({ queueLimit: 7 }, { solver });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const get = async (path: string) => {
  const response = await fetch(`${api.url}${path}`);
  return { status: response.status, body: await response.json() };
};

test('indexes are listed with their quad sizes', async () => {
  solver.indexList = [{ name: 'a.fits', indexId: 4110, scaleLow: 60, scaleHigh: 85, sizeBytes: 9 }];
  expect(await get('/api/v1/indexes')).toEqual({
    status: 200,
    body: { indexes: [{ name: 'a.fits', index_id: 4110, scale_low: 60, scale_high: 85, size_bytes: 9 }] },
  });
});

test('capacity tells slots and both queues', async () => {
  solver.slots = 1;
  solver.script = hold;
  const post = () => fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form() });
  await post();
  await solver.attempt(1);
  await post();
  expect((await get('/api/v1/capacity')).body).toEqual({
    slots: 1,
    running: 1,
    waiting: 0,
    queued: 1,
    queue_limit: 7,
    accepting: true,
    max_upload_bytes: 1024 * 1024,
  });
});

test.each(['/api/v1/indexes', '/api/v1/capacity'])('%s without a solver is 503', async (path) => {
  solver.down = new AstrogateError('solver_unavailable');
  expect(await get(path)).toMatchObject({ status: 503, body: { code: 'solver_unavailable', retryable: true } });
});
