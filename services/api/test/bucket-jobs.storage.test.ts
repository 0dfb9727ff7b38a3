// A whole api with a bucket: what one process stored, another one with nothing in its spool solves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JobView } from '../src/http/job-view.js';
import { leaseMs } from '../src/jobs/leases.js';
import { openDatabase } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { FakeSolverClient, hold } from '../test-support/fake-solver-client.js';
import { solvedOutcome } from '../test-support/outcomes.js';
import { form, jpeg } from '../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../test-support/running-api.js';
import { startBucket, type TestBucket, whyNoBucket } from '../test-support/upload-places.js';

jest.setTimeout(180_000);

const suite = whyNoBucket === undefined ? describe : describe.skip;
const picture = jpeg(300_000);

suite(whyNoBucket === undefined ? 'an api with a bucket' : `an api with a bucket (${whyNoBucket})`, () => {
  let bucket: TestBucket;
  let state: string;
  beforeAll(async () => {
    bucket = await startBucket();
    state = mkdtempSync(join(tmpdir(), 'astrogate-state-'));
  });
  afterAll(async () => {
    await bucket?.server.end();
    rmSync(state, { recursive: true, force: true });
  });

  /** On the same embedded database and bucket as those before, with a spool of its own. */
  async function start(solver: FakeSolverClient): Promise<RunningApi> {
    const database = await openDatabase({ stateDir: state }, createLogger('api', 'silent'));
    const store = await openJobStore(database, { leaseMs });
    return runApi({ bucket: bucket.place }, { solver, store });
  }

  const submit = async (api: RunningApi) =>
    (await (await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(picture) })).json()) as JobView;
  const statusOf = async (api: RunningApi, { links }: JobView) =>
    ((await (await fetch(`${api.url}${links.self}`)).json()) as JobView).status;

  test('what one api stored, the next one solves, also when the bucket was away at first', async () => {
    const busy = new FakeSolverClient();
    busy.slots = 1;
    busy.script = hold;
    const jobs: JobView[] = [];
    {
      await using first = await start(busy);
      for (let i = 0; i < 3; i++) jobs.push(await submit(first));
      await busy.attempt(1);
      expect(first.spooled()).toEqual([]);
    }
    const solver = new FakeSolverClient();
    solver.script = hold;
    solver.slots = 1;
    await using second = await start(solver);
    const held = await solver.attempt(1);
    await bucket.server.kill();
    expect((await fetch(`${second.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${second.url}/api/v1/solves`, { method: 'POST', body: form(picture) })).status).toBe(503);
    expect(second.spooled()).toEqual([]);
    solver.script = ({ end }) => end.resolve(solvedOutcome);
    held.end.resolve(solvedOutcome);
    await bucket.server.restart();
    for (const job of jobs) await until(async () => (await statusOf(second, job)) === 'solved');
    expect(solver.uploads.every((bytes) => bytes.equals(picture))).toBe(true);
  });
});
