// Jobs as their callers see them from outside: real servers and real streams on both databases, and several apis on the
// server.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JobView } from '../src/http/job-view.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { EventClient } from '../test-support/event-client.js';
import { FakeSolverClient, hold } from '../test-support/fake-solver-client.js';
import { notSolvedOutcome, solvedOutcome } from '../test-support/outcomes.js';
import { form, jpeg } from '../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../test-support/running-api.js';

jest.setTimeout(120_000);

const leaseMs = 600_000;

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let database: TestDatabase;
    let solver: FakeSolverClient;
    /** On PGlite one, on the server two. */
    let apis: RunningApi[];
    let spoolDir: string;
    beforeAll(async () => {
      database = await start();
    });
    beforeEach(async () => {
      await database.empty();
      solver = new FakeSolverClient();
      spoolDir = mkdtempSync(join(tmpdir(), 'astrogate-shared-spool-'));
      apis = [await run()];
      if (name !== 'PGlite') apis.push(await run());
    });
    afterEach(async () => {
      for (const api of apis) await api[Symbol.asyncDispose]();
      rmSync(spoolDir, { recursive: true });
    });
    afterAll(() => database?.end());

    const run = async () =>
      runApi({ spoolDir }, { solver, store: await openJobStore(await database.open(), { leaseMs }) });
    const one = () => apis[0] as RunningApi;
    const other = () => apis.at(-1) as RunningApi;
    const post = async (api: RunningApi, headers: Record<string, string> = {}, picture = jpeg()) => {
      const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(picture), headers });
      return { response, job: (await response.json()) as JobView };
    };
    const events = ({ id }: JobView, lastId?: number, api = other()) =>
      EventClient.open(`${api.url}/api/v1/solves/${id}/events`, lastId);

    test('a job is followed live to its end, at another api too', async () => {
      solver.script = hold;
      const { job } = await post(one());
      const held = await solver.attempt(1);
      const client = await events(job);
      const seen = [];
      for (let event = await client.next(); event; event = await client.next()) {
        seen.push(event);
        if (event.data.status === 'running')
          held.options.onProgress({ stage: 'STAGE_SEARCH', detail: 'plain', elapsedSeconds: 0.5 });
        if (event.type === 'progress') held.end.resolve(solvedOutcome);
      }
      expect(seen.map(({ type, data }) => [type, data.status ?? data.stage, data.attempt])).toEqual([
        ['status', 'queued', 0],
        ['status', 'queued', 1],
        ['status', 'running', 1],
        ['progress', 'search', 1],
        ['ended', 'solved', undefined],
      ]);
      expect(seen.at(-1)?.data).toMatchObject({
        job_id: job.id,
        calibration: { ra: 84.576, parity: 'normal' },
        failure: null,
        links: { wcs: `/api/v1/solves/${job.id}/files/wcs` },
      });
    });

    test('whoever is cut off again and again, and comes back anywhere, misses nothing and hears nothing twice', async () => {
      solver.script = hold;
      const { job } = await post(one());
      const held = await solver.attempt(1);
      const details = Array.from({ length: 30 }, (_, i) => `trial ${i}`);
      const tell = async () => {
        for (const detail of details) {
          held.options.onProgress({ stage: 'STAGE_SEARCH', detail, elapsedSeconds: 1 });
          // One at a time, so that none takes another one's place.
          await until(async () =>
            (await (await fetch(`${one().url}${job.links.self}`)).text()).includes(`"${detail}"`),
          );
        }
        held.end.resolve(notSolvedOutcome);
      };
      const told = tell();
      const seen: { id: number; detail: unknown }[] = [];
      for (let turn = 0, hasEnded = false; !hasEnded; turn++) {
        const client = await events(job, seen.at(-1)?.id, apis[turn % apis.length]);
        // Cut after a few events, in the middle of whatever comes then.
        for (let i = 0; i < 1 + (turn % 3) && !hasEnded; i++) {
          const event = await client.next();
          if (event) seen.push({ id: event.id, detail: event.data.detail });
          hasEnded = event === undefined || event.type === 'ended';
        }
        client.cut();
      }
      await told;
      expect(seen.map(({ detail }) => detail).filter((detail) => detail !== undefined)).toEqual(details);
      const whole = await (await events(job)).rest();
      expect(whole.map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
      // After the end there is nothing to come back for.
      const again = await fetch(`${other().url}/api/v1/solves/${job.id}/events`, {
        headers: { 'last-event-id': String(seen.at(-1)?.id) },
      });
      expect(again.status).toBe(204);
    });

    test('many follow one job', async () => {
      solver.script = hold;
      const { job } = await post(one());
      const held = await solver.attempt(1);
      const clients = await Promise.all(
        Array.from({ length: 20 }, (_, i) => events(job, undefined, apis[i % apis.length])),
      );
      const all = clients.map((client) => client.rest());
      held.options.onProgress({ stage: 'STAGE_SEARCH', detail: 'plain', elapsedSeconds: 0.5 });
      held.end.resolve(solvedOutcome);
      const [first, ...others] = await Promise.all(all);
      expect(first?.at(-1)?.type).toBe('ended');
      for (const events of others) expect(events).toEqual(first);
    });

    test('a stream ends when its job is deleted', async () => {
      solver.script = hold;
      const { job } = await post(one());
      await solver.attempt(1);
      const client = await events(job);
      await until(async () => (await client.next())?.data.status === 'running');
      await fetch(`${one().url}${job.links.self}`, { method: 'DELETE' });
      // It may have heard that it was cancelled first.
      expect((await client.rest()).filter(({ type }) => type !== 'ended')).toEqual([]);
      await expect(events(job)).rejects.toThrow('404');
    });

    describe('twenty requests with one key', () => {
      const key = randomBytes(8).toString('hex');

      test('make one job, which all of them hear of, and so does one that comes after its end', async () => {
        solver.script = hold;
        const headers = { 'idempotency-key': `"${key}"` };
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) => post(apis[i % apis.length] as RunningApi, headers)),
        );
        const held = await solver.attempt(1);
        expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
        expect(answers.map(({ response }) => response.status)).toEqual(Array(20).fill(202));
        const replayed = answers.filter(({ response }) => response.headers.get('idempotency-replayed') === 'true');
        expect(replayed).toHaveLength(19);
        held.end.resolve(solvedOutcome);
        const id = answers[0]?.job.id;
        await until(async () => (await (await fetch(`${one().url}/api/v1/solves/${id}`)).text()).includes('"solved"'));
        expect(solver.attempts).toHaveLength(1);
        // An api that was restarted knows the caller again.
        apis.push(await run());
        const late = await post(other(), headers);
        expect([late.response.status, late.job.id, late.job.status]).toEqual([200, id, 'solved']);
        const wrong = await post(other(), headers, jpeg(2000));
        expect(wrong.response.status).toBe(422);
        expect(wrong.job).toMatchObject({ code: 'idempotency_mismatch' });
        await until(() => readdirSync(spoolDir).length === 0);
      });
    });

    test('a list walked page by page while jobs come has every job that was there, once', async () => {
      solver.script = hold;
      const owner = { 'astrogate-owner': randomBytes(16).toString('hex') };
      const made: string[] = [];
      for (let i = 0; i < 12; i++) made.push((await post(apis[i % apis.length] as RunningApi, owner)).job.id);
      const walked: string[] = [];
      for (let path: string | null = '/api/v1/solves?limit=5'; path; ) {
        const response = await fetch(`${other().url}${path}`, { headers: owner });
        const { jobs, next } = (await response.json()) as { jobs: { id: string }[]; next: string | null };
        walked.push(...jobs.map(({ id }) => id));
        await Promise.all([post(one(), owner), post(other(), owner), post(one())]);
        path = next && (/^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? null);
      }
      expect(walked.toSorted()).toEqual(made.toSorted());
    });
  });
}
