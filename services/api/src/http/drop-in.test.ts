import { AstrogateError, type ErrorCode, errorTable } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { failedOutcome, notSolvedOutcome } from '../../test-support/outcomes.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';

let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  api = await runApi({}, { solver });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function solve(fields: Record<string, string> = {}, picture = jpeg()) {
  const response = await fetch(`${api.url}/solve`, { method: 'POST', body: form(picture, fields) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, response };
}

describe('POST /solve', () => {
  test('answers with the keys and units of the server that it replaces', async () => {
    const { status, body } = await solve();
    expect(status).toBe(200);
    expect(body).toEqual({
      solved: true,
      ra: 84.576,
      dec: -2.755,
      pixel_scale: 3.6,
      // 180 - atan2(CD1_2, CD1_1) for CD1_1 = -0.001, CD1_2 = 0.
      rotation: 0,
      field_width: 1,
      field_height: 0.8,
      wcs_header: { SIMPLE: 'T', CTYPE1: 'RA---TAN', CRVAL1: '84.5', CRVAL2: '-2.75' },
      solve_time: expect.any(Number),
    });
  });

  test('takes all its fields, arcminwidth by default', async () => {
    const { status } = await solve({
      scale_low: '60',
      scale_high: '120',
      downsample_factor: '2',
      depth_low: '10',
      depth_high: '20',
      ra: '83.8',
      dec: '-5.4',
      radius: '10',
      keep_temp_files: 'false',
    });
    expect(status).toBe(200);
    expect(solver.attempts[0]?.attempt.hints).toEqual({
      widthLow: 1,
      widthHigh: 2,
      downsample: 2,
      depthLow: 10,
      depthHigh: 20,
      ra: 83.8,
      dec: -5.4,
      radius: 10,
      parity: 'PARITY_UNSPECIFIED',
    });
  });

  test('not solved is an answer with status 200', async () => {
    solver.script = (held) => held.end.resolve(notSolvedOutcome);
    const { status, body } = await solve();
    expect(status).toBe(200);
    expect(body).toMatchObject({ solved: false, error: 'no solution found' });
  });

  test.each<ErrorCode>(['image_unreadable', 'image_too_large', 'unsupported_format', 'timeout', 'solver_failed'])(
    'a failed attempt (%s) has the status of the error table and its own shape',
    async (code) => {
      solver.script = (held) => held.end.resolve(failedOutcome(code));
      const { status, body, response } = await solve();
      expect(status).toBe(errorTable[code].http);
      expect(body).toEqual({
        solved: false,
        error: 'as the sandbox says',
        code,
        request_id: response.headers.get('x-request-id'),
      });
    },
  );

  test('a wrong field is named', async () => {
    const { status, body } = await solve({ scale_units: 'furlongs' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      solved: false,
      code: 'invalid_request',
      errors: [{ field: 'scale_units', value: 'furlongs', allowed: 'degwidth, arcminwidth, arcsecperpix' }],
    });
  });

  test('an error inside says nothing of its cause', async () => {
    solver.script = (held) => held.end.reject(new Error('/etc/secret is 42'));
    const { status, body } = await solve();
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('a client that leaves cancels the job and its attempt', async () => {
    solver.script = hold;
    const leave = new AbortController();
    const left = fetch(`${api.url}/solve`, { method: 'POST', body: form(), signal: leave.signal });
    const held = await solver.attempt(1);
    leave.abort();
    await expect(left).rejects.toThrow();
    await until(() => held.options.signal.aborted && api.spooled().length === 0);
  });

  test('a client that leaves while its job is queued is never solved', async () => {
    solver.slots = 1;
    solver.script = hold;
    const first = solve();
    const held = await solver.attempt(1);
    const leave = new AbortController();
    const left = fetch(`${api.url}/solve`, { method: 'POST', body: form(), signal: leave.signal });
    await until(() => api.spooled().length === 2);
    leave.abort();
    await expect(left).rejects.toThrow();
    await until(() => api.spooled().length === 1);
    held.end.resolve(notSolvedOutcome);
    await first;
    expect(solver.attempts).toHaveLength(1);
  });
});

test('GET /health says healthy, for how long and which version', async () => {
  const response = await fetch(`${api.url}/health`);
  expect(await response.json()).toEqual({
    status: 'healthy',
    uptime_seconds: expect.any(Number),
    version: '0.1.0',
  });
});

describe('readiness', () => {
  const ready = async () => (await fetch(`${api.url}/readyz`)).status;

  test('follows the solver; being alive does not', async () => {
    expect(await ready()).toBe(200);
    solver.accepting = false;
    expect(await ready()).toBe(503);
    solver.down = new AstrogateError('solver_unavailable');
    const response = await fetch(`${api.url}/readyz`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  test('ends with the drain, which refuses new work and lets running work end', async () => {
    solver.script = hold;
    const running = solve();
    const held = await solver.attempt(1);
    const drained = api.service.drain(new AbortController().signal);
    expect(await ready()).toBe(503);
    expect((await solve()).body).toMatchObject({ solved: false, code: 'draining' });
    held.end.resolve(notSolvedOutcome);
    await drained;
    expect((await running).status).toBe(200);
  });

  test('when the grace is over, what still runs fails as draining', async () => {
    solver.script = hold;
    const running = solve();
    const held = await solver.attempt(1);
    await api.service.drain(AbortSignal.abort());
    expect(held.options.signal.aborted).toBe(true);
    expect(await running).toMatchObject({ status: 503, body: { code: 'draining' } });
    // It goes after the answer.
    await until(() => api.spooled().length === 0);
  });
});
