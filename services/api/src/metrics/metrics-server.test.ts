import { expect, test } from '@jest/globals';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { form } from '../../test-support/pictures.js';
import { runApi } from '../../test-support/running-api.js';

const metricsAddress = { host: '127.0.0.1', port: 0 };

test('the load is told on a port of its own', async () => {
  await using api = await runApi({ metricsAddress }, { solver: new FakeSolverClient() });
  await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(), headers: { prefer: 'wait=20' } });
  const answer = await fetch(`http://127.0.0.1:${api.service.metricsPort}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  expect(text).toContain('astrogate_jobs_ended_total{status="solved"} 1\n');
  expect(text).toMatch(/astrogate_event_loop_delay_seconds\{quantile="0.99"\} \d/);
});

test('strangers hear nothing of it: the public port has no such path, and the other one nothing else', async () => {
  await using api = await runApi({ metricsAddress }, { solver: new FakeSolverClient() });
  expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
  const metrics = `http://127.0.0.1:${api.service.metricsPort}`;
  for (const path of ['/', '/healthz', '/metrics?x=1', '/api/v1/solves'])
    expect((await fetch(`${metrics}${path}`)).status).toBe(404);
  expect((await fetch(`${metrics}/metrics`, { method: 'POST', body: 'x' })).status).toBe(404);
});

test('without an address nothing listens', async () => {
  await using api = await runApi({}, { solver: new FakeSolverClient() });
  expect(api.service.metricsPort).toBeUndefined();
});
