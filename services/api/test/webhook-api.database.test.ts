// Webhooks through the public API: a job that names one tells its end, however it ends, and its secret is seen by nobody.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JobView } from '../src/http/job-view.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeSolverClient, hold } from '../test-support/fake-solver-client.js';
import { failedOutcome, notSolvedOutcome } from '../test-support/outcomes.js';
import { form } from '../test-support/pictures.js';
import { type RecordedLog, recordLog } from '../test-support/recorded-log.js';
import { type RunningApi, runApi, until } from '../test-support/running-api.js';
import { WebhookReceiver } from '../test-support/webhook-receiver.js';

jest.setTimeout(60_000);

const secret = `whsec_${randomBytes(32).toString('base64')}`;

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: TestDatabase;
    let receiver: WebhookReceiver;
    let solver: FakeSolverClient;
    let recorded: RecordedLog;
    let api: RunningApi;

    beforeAll(async () => {
      place = await start();
    }, 60_000);
    beforeEach(async () => {
      await place.empty();
      receiver = await WebhookReceiver.start();
      solver = new FakeSolverClient();
      recorded = recordLog();
      const store = await openJobStore(await place.open(), { leaseMs: 600_000 });
      const parts = { solver, store, outbound: receiver.outbound, log: recorded.log };
      api = await runApi({ metricsAddress: { host: '127.0.0.1', port: 0 } }, parts);
    });
    afterEach(async () => {
      await api[Symbol.asyncDispose]();
      expect(receiver.trapped).toBe(0);
      await receiver[Symbol.asyncDispose]();
      expect(recorded.text()).not.toMatch(/whsec|hidden/);
    });
    afterAll(() => place?.end(), 30_000);

    async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
      const body = form(undefined, fields);
      const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body, headers });
      const text = await response.text();
      expect(text).not.toMatch(/whsec|hidden/);
      return { status: response.status, body: JSON.parse(text) };
    }
    const make = async (headers: Record<string, string> = {}): Promise<JobView> =>
      (await post({ webhook_url: receiver.url('hooks.example', '/in?token=hidden'), webhook_secret: secret }, headers))
        .body;
    async function look(job: JobView): Promise<JobView> {
      const text = await (await fetch(`${api.url}${job.links.self}`)).text();
      expect(text).not.toMatch(/whsec|hidden/);
      return JSON.parse(text);
    }
    const delivered = (job: JobView) => until(async () => (await look(job)).webhook?.state === 'delivered');
    const told = () => receiver.heard.map(({ body }) => JSON.parse(body).data);

    test('a solved job is told once, with where the picture points, and shows that it was', async () => {
      const job = await make({ prefer: 'wait=30' });
      expect(job).toMatchObject({ status: 'solved', webhook: { host: `hooks.example:${receiver.port}` } });
      await delivered(job);
      expect((await look(job)).webhook).toEqual({
        ...{ host: `hooks.example:${receiver.port}`, state: 'delivered', attempts: 1, last_reason: null },
      });
      expect(told()).toMatchObject([
        {
          ...{ job_id: job.id, status: 'solved', failure: null, calibration: job.solution?.calibration },
          links: { self: job.links.self, wcs: job.links.wcs },
        },
      ]);
      const line = recorded.lines.find(({ message }) => message === 'webhook attempt');
      expect(line).toMatchObject({ jobId: job.id, attempt: 1, state: 'delivered', status: 200 });
      expect(line?.requestId).toMatch(/^[0-9a-f]{32}$/);
      const metrics = await (await fetch(`http://127.0.0.1:${api.service.metricsPort}/metrics`)).text();
      expect(metrics).toContain('astrogate_webhook_attempts_total{result="delivered"} 1');
    });

    test('so are jobs that are not solved, that fail, that are cancelled, and that are deleted while they run', async () => {
      solver.slots = 4;
      solver.script = hold;
      const jobs: JobView[] = [];
      for (let i = 0; i < 4; i++) jobs.push(await make());
      expect(jobs[0]?.webhook).toMatchObject({ state: 'waiting', attempts: 0 });
      await solver.attempt(4);
      expect(receiver.heard).toEqual([]);
      const [unsolved, failed, cancelled, deleted] = jobs as [JobView, JobView, JobView, JobView];
      const end = (job: JobView) => solver.attempts.find(({ attempt }) => attempt.jobId === job.id)?.end;
      end(unsolved)?.resolve(notSolvedOutcome);
      end(failed)?.resolve(failedOutcome('timeout'));
      await fetch(`${api.url}${cancelled.links.cancel}`, { method: 'POST' });
      await fetch(`${api.url}${deleted.links.self}`, { method: 'DELETE' });
      await until(() => receiver.heard.length === 4);
      expect(Object.fromEntries(told().map(({ job_id, status }) => [job_id, status]))).toEqual({
        [unsolved.id]: 'not_solved',
        [failed.id]: 'failed',
        [cancelled.id]: 'cancelled',
        [deleted.id]: 'cancelled',
      });
      expect(told().find(({ job_id }) => job_id === failed.id).failure).toMatchObject({ code: 'timeout' });
      await delivered(cancelled);
    });

    test('a job without a webhook tells nobody', async () => {
      const { body } = await post({}, { prefer: 'wait=30' });
      expect(body).toMatchObject({ status: 'solved', webhook: null });
      await delivered(await make({ prefer: 'wait=30' }));
      expect(receiver.heard).toHaveLength(1);
    });

    test('an api that ends between the end of a job and its webhook: the next one sends it', async () => {
      receiver.answer = () => {};
      const job = await make({ prefer: 'wait=30' });
      await until(() => receiver.open.length === 1);
      await api.service.drain(AbortSignal.abort());
      receiver.answer = (response) => response.end();
      const store = await openJobStore(await place.open(), { leaseMs: 600_000 });
      await using _next = await runApi({}, { solver, store, outbound: receiver.outbound });
      await delivered(job);
      expect(new Set(receiver.ids)).toEqual(new Set([`ended_${job.id}`]));
    });
  });
}
