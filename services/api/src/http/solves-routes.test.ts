import { AstrogateError, type OutcomeMessage } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { fits } from '../../test-support/fits-picture.js';
import { failedOutcome, notSolvedOutcome, solvedOutcome, wcsHeader } from '../../test-support/outcomes.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';
import type { JobView } from './job-view.js';
import { jobSchema } from './job-view.js';
import type { Problem } from './problem.js';

let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  api = await runApi({}, { solver });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function make(fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(jpeg(), fields), headers });
  return { response, job: (await response.json()) as JobView };
}

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(`${api.url}${path}`, init);
  return { response, status: response.status, body: (await response.json()) as JobView & Omit<Problem, 'status'> };
}

const wait = { prefer: 'wait=30' };

test('a new job is 202 with a Location, and later shows its solution', async () => {
  solver.script = hold;
  const { response, job } = await make();
  expect(response.status).toBe(202);
  const location = response.headers.get('location') as string;
  expect(location).toBe(`/api/v1/solves/${job.id}`);
  expect(job.id).toMatch(/^[0-9a-f]{32}$/);
  const held = await solver.attempt(1);
  await until(async () => (await get(location)).body.status === 'running');
  held.options.onProgress({ stage: 'STAGE_EXTRACT', detail: 'plain', elapsedSeconds: 0.5 });
  expect((await get(location)).body.progress).toEqual({ stage: 'extract', detail: 'plain', elapsed_seconds: 0.5 });
  held.end.resolve(solvedOutcome);
  await until(async () => (await get(location)).body.status === 'solved');
  const { body } = await get(location);
  expect(jobSchema.strict().parse(body)).toEqual(body);
  expect(body).toMatchObject({
    upload: { bytes: 1000, format: 'jpeg', name: 'sky.jpg' },
    picture: { width: 1000, height: 800, format: 'jpeg' },
    solution: {
      calibration: { ra: 84.576, pixel_scale: 3.6, parity: 'normal' },
      wcs: { sip_order: 2 },
      hint: 'none',
      hint_source: 'none',
    },
    timings: { decode: 0.25, search: 1.5 },
    links: { wcs: `${location}/files/wcs` },
    failure: null,
    progress: null,
  });
  await until(() => api.spooled().length === 0);
});

test('a job that waits says where it stands and how long that may take', async () => {
  solver.slots = 1;
  let aheadMs = 0;
  await using slow = await runApi({}, { solver, now: () => new Date(Date.now() + aheadMs) });
  solver.script = hold;
  const post = async () =>
    (await (await fetch(`${slow.url}/api/v1/solves`, { method: 'POST', body: form() })).json()) as JobView;
  const look = async ({ links }: JobView) => (await (await fetch(`${slow.url}${links.self}`)).json()) as JobView;
  const first = await post();
  const held = await solver.attempt(1);
  await until(async () => (await look(first)).status === 'running');
  expect((await look(first)).queue).toBeNull();
  const waiting = [await post(), await post()];
  expect(waiting.map(({ queue }) => queue)).toEqual([
    { position: 1, estimated_wait_seconds: null },
    { position: 2, estimated_wait_seconds: null },
  ]);
  aheadMs = 3_600_000;
  held.end.resolve(solvedOutcome);
  await solver.attempt(2);
  // The one job that has ended took an hour.
  const { queue } = await look(waiting[1] as JobView);
  expect(queue?.position).toBe(1);
  expect(queue?.estimated_wait_seconds).toBeGreaterThanOrEqual(3600);
  expect(queue?.estimated_wait_seconds).toBeLessThan(3700);
});

test('with Prefer: wait the ended job comes at once', async () => {
  const { response, job } = await make({}, wait);
  expect(response.status).toBe(200);
  expect(response.headers.get('preference-applied')).toBe('wait=30');
  expect(job.status).toBe('solved');
});

test('with Prefer: wait a job that takes longer is 202, and goes on', async () => {
  solver.script = hold;
  const { response, job } = await make({}, { prefer: 'wait=0' });
  expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'wait=0']);
  (await solver.attempt(1)).end.resolve(notSolvedOutcome);
  await until(async () => (await get(job.links.self)).body.status === 'not_solved');
  expect((await get(job.links.self)).body).toMatchObject({ failure: null, tried: [{ recipe: 'plain', sources: 40 }] });
});

test("what the picture's header says goes to the solver beside the caller's hints, with a name for the caller", async () => {
  const fields = { scale_low: '1', scale_high: '2', scale_units: 'arcsecperpix' };
  for (const picture of [fits({ SECPIX: 6 }), jpeg()]) {
    await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(picture, fields), headers: wait });
  }
  const [told, untold] = solver.attempts.map(({ attempt }) => attempt);
  expect(told?.hints).toMatchObject({ scaleLow: 1, scaleHigh: 2 });
  expect(told?.guesses).toEqual([
    { source: 'HINT_SOURCE_HEADER', scaleLow: 5, scaleHigh: expect.closeTo(7.2, 9), parity: 'PARITY_UNSPECIFIED' },
  ]);
  expect(untold?.guesses).toEqual([]);
  expect(told?.callerKey).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(untold?.callerKey).toBe(told?.callerKey);
});

test('which hint won is told with its source', async () => {
  const solution = { ...solvedOutcome.solution, hint: 'scale', hintSource: 'HINT_SOURCE_LEARNED' };
  solver.script = (held) => held.end.resolve({ ...solvedOutcome, solution } as OutcomeMessage);
  const { job } = await make({}, wait);
  expect(job).toMatchObject({ solution: { hint: 'scale', hint_source: 'learned' } });
  solver.script = (held) => held.end.resolve(notSolvedOutcome);
  const { job: other } = await make({}, wait);
  expect(other).toMatchObject({ tried: [{ hint: 'none', hint_source: 'none' }] });
});

test.each(['timeout', 'image_unreadable', 'image_too_large', 'solver_failed'])(
  'a sandbox that ends with %s makes a failed job with that code',
  async (code) => {
    solver.script = (held) => {
      held.options.onAccepted();
      held.end.resolve(failedOutcome(code));
    };
    const { job } = await make({}, wait);
    expect(job).toMatchObject({ status: 'failed', failure: { code, detail: 'as the sandbox says', retryable: false } });
  },
);

test('a code that is not in the table becomes solver_failed', async () => {
  solver.script = (held) => held.end.resolve(failedOutcome('rm -rf'));
  expect((await make({}, wait)).job.failure?.code).toBe('solver_failed');
});

test('a client that leaves after 202 cancels nothing', async () => {
  solver.script = hold;
  const { job } = await make();
  const held = await solver.attempt(1);
  const leave = new AbortController();
  const waiting = fetch(`${api.url}/api/v1/solves`, {
    method: 'POST',
    body: form(),
    headers: wait,
    signal: leave.signal,
  });
  const second = await solver.attempt(2);
  leave.abort();
  await expect(waiting).rejects.toThrow();
  expect([held.options.signal.aborted, second.options.signal.aborted]).toEqual([false, false]);
  second.end.resolve(solvedOutcome);
  held.end.resolve(solvedOutcome);
  await until(async () => (await get(job.links.self)).body.status === 'solved');
  await until(async () => (await get(`/api/v1/solves/${second.attempt.jobId}`)).body.status === 'solved');
});

describe('cancel', () => {
  test('ends a running job, its attempt and its file', async () => {
    solver.script = hold;
    const { job } = await make();
    const held = await solver.attempt(1);
    const { status, body } = await get(`${job.links.self}/cancel`, { method: 'POST' });
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(held.options.signal.aborted).toBe(true);
    expect(api.spooled()).toEqual([]);
  });

  test('ends a queued job before its attempt', async () => {
    solver.slots = 1;
    solver.script = hold;
    await make();
    await solver.attempt(1);
    const { job } = await make();
    expect((await get(`${job.links.self}/cancel`, { method: 'POST' })).body.status).toBe('cancelled');
    solver.attempts[0]?.end.resolve(solvedOutcome);
    await until(() => solver.inFlight === 0 && api.spooled().length === 0);
    expect(solver.attempts).toHaveLength(1);
  });

  test('leaves an ended job as it is', async () => {
    const { job } = await make({}, wait);
    expect((await get(`${job.links.self}/cancel`, { method: 'POST' })).body.status).toBe('solved');
  });
});

test('delete cancels a running job and forgets it', async () => {
  solver.script = hold;
  const { job } = await make();
  const held = await solver.attempt(1);
  const { status } = await fetch(`${api.url}${job.links.self}`, { method: 'DELETE' });
  expect(status).toBe(204);
  expect(held.options.signal.aborted).toBe(true);
  expect((await get(job.links.self)).body).toMatchObject({ status: 404, code: 'not_found' });
  expect(api.spooled()).toEqual([]);
});

describe('the WCS file', () => {
  test('is a FITS header with a name', async () => {
    const { job } = await make({}, wait);
    const response = await fetch(`${api.url}${job.links.wcs}`);
    expect(response.headers.get('content-type')).toBe('application/fits');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename=${job.id}.wcs`);
    expect(Buffer.from(await response.arrayBuffer()).equals(wcsHeader)).toBe(true);
  });

  test('is not had as something else', async () => {
    const { job } = await make({}, wait);
    const { response, body } = await get(job.links.wcs as string, { headers: { accept: 'application/json' } });
    expect([response.status, body.code]).toEqual([406, 'not_acceptable']);
  });

  test('of a job without a solution is no_solution', async () => {
    solver.script = (held) => held.end.resolve(notSolvedOutcome);
    const { job } = await make({}, wait);
    expect((await get(`${job.links.self}/files/wcs`)).body).toMatchObject({ status: 409, code: 'no_solution' });
  });
});

test.each(['/api/v1/solves/nope', '/api/v1/solves/%2e%2e', '/api/v1/solves/__proto__', '/nowhere'])(
  'GET %s is a 404 problem',
  async (path) => {
    const { response, body } = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).toMatchObject({ type: 'about:blank', code: 'not_found', retryable: false });
    expect(body.request_id).toBe(response.headers.get('x-request-id'));
  },
);

test('another method is 405 and says which ones are allowed', async () => {
  const { response, body } = await get('/api/v1/solves/x', { method: 'PUT' });
  expect([response.status, body.code]).toEqual([405, 'method_not_allowed']);
  expect(response.headers.get('allow')).toBe('GET, DELETE, HEAD');
});

test('every wrong field is named with its value and what is allowed, before anything reaches the solver', async () => {
  const { response, job } = await make({ ra: '400', dec: 'north', parity: 'up', max_seconds: '61', depth_low: '1.5' });
  const problem = job as unknown as Problem;
  expect([response.status, problem.code]).toEqual([400, 'invalid_request']);
  expect(problem.errors).toEqual([
    { field: 'ra', value: '400', allowed: 'a number from 0 to below 360' },
    { field: 'dec', value: 'north', allowed: 'a number from -90 to 90' },
    { field: 'depth_low', value: '1.5', allowed: 'a whole number from 1 to 1000' },
    { field: 'parity', value: 'up', allowed: 'any, normal, flipped' },
    { field: 'max_seconds', value: '61', allowed: 'a number from 1 to 60' },
  ]);
  expect(solver.attempts).toEqual([]);
  expect(api.spooled()).toEqual([]);
});

describe('when no attempt can be made', () => {
  test('a queued job is tried again until the solver takes it', async () => {
    solver.script = (held, nth) => {
      if (nth < 3) return held.end.reject(new AstrogateError(nth === 1 ? 'solver_unavailable' : 'busy'));
      held.options.onAccepted();
      held.end.resolve(solvedOutcome);
    };
    expect((await make({}, wait)).job.status).toBe('solved');
    expect(solver.attempts).toHaveLength(3);
  });

  test('a job that has waited long in the queue still finds a solver that restarts', async () => {
    let aheadMs = 0;
    await using old = await runApi({}, { solver, now: () => new Date(Date.now() + aheadMs) });
    solver.slots = 1;
    solver.script = (held, nth) => {
      if (nth === 2) return held.end.reject(new AstrogateError('solver_unavailable'));
      held.options.onAccepted();
      if (nth > 2) held.end.resolve(solvedOutcome);
    };
    const post = () => fetch(`${old.url}/api/v1/solves`, { method: 'POST', body: form(), headers: wait });
    const first = post();
    const running = await solver.attempt(1);
    const second = post();
    await until(() => old.spooled().length === 2);
    aheadMs = 3_600_000;
    running.end.resolve(solvedOutcome);
    await first;
    expect(await (await second).json()).toMatchObject({ status: 'solved' });
  });

  test('an attempt that was lost with its solver is repeated', async () => {
    solver.script = (held, nth) => {
      held.options.onAccepted();
      if (nth === 1) held.end.reject(new AstrogateError('solver_unavailable'));
      else held.end.resolve(solvedOutcome);
    };
    expect((await make({}, wait)).job.status).toBe('solved');
    expect(solver.attempts).toHaveLength(2);
  });

  test('an attempt that broke for another reason is not', async () => {
    solver.script = (held) => {
      held.options.onAccepted();
      held.end.reject(new AstrogateError('output_limit'));
    };
    expect((await make({}, wait)).job.failure).toMatchObject({ code: 'output_limit', retryable: false });
    expect(solver.attempts).toHaveLength(1);
  });

  test('/solve hears 503 with Retry-After after a few seconds', async () => {
    solver.script = (held) => held.end.reject(new AstrogateError('solver_unavailable'));
    const response = await fetch(`${api.url}/solve`, { method: 'POST', body: form() });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ solved: false, code: 'solver_unavailable' });
    expect(solver.attempts.length).toBeGreaterThan(1);
  }, 30_000);

  test('a full queue is busy at once, before the upload is read', async () => {
    await using small = await runApi({ queueLimit: 1 }, { solver });
    solver.slots = 1;
    solver.script = hold;
    const post = () => fetch(`${small.url}/api/v1/solves`, { method: 'POST', body: form() });
    await post();
    await solver.attempt(1);
    expect((await post()).status).toBe(202);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '15']);
    expect(await refused.json()).toMatchObject({ code: 'busy', retryable: true });
    expect(small.spooled()).toHaveLength(2);
  });
});
