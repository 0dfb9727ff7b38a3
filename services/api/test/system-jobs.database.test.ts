// Admin jobs with several apis on one database, and over HTTP, on both databases. Plans are fake ones.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import { sql } from 'kysely';
import { errorHandler } from '../src/http/error-handler.js';
import { refusePaused } from '../src/http/refuse-paused.js';
import { assignRequestId } from '../src/http/request-id.js';
import { StreamPlaces } from '../src/http/stream-places.js';
import { systemJobSchema } from '../src/http/system-job-view.js';
import { systemRoutes } from '../src/http/system-routes.js';
import { systemPaths, systemSchemas } from '../src/openapi/system.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { systemJobs } from '../src/storage/system-jobs.js';
import type { Plans } from '../src/system/plan.js';
import { pauseStep } from '../src/system/plans/pause-step.js';
import type { System } from '../src/system/system.js';
import type { SystemJob } from '../src/system/system-job.js';
import { type NewOrder, SystemJobs } from '../src/system/system-jobs.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { fakePlans, worldNow } from '../test-support/fake-plans.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { recordLog } from '../test-support/recorded-log.js';
import { until } from '../test-support/running-api.js';

jest.setTimeout(120_000);

/** Longer than a busy machine takes. */
const leaseMs = 30_000;
const gift = { unseal_keys: ['first-key-of-the-operator', 'second-key-of-the-operator'] };
const order = (kind: string, more: Partial<NewOrder> = {}): NewOrder => ({
  ...{ kind, params: { what: 'all' }, actor: 'jane', requestId: 'r1' },
  ...more,
});

test('every kind of database is here', () => {
  for (const { name, missing } of databaseKinds) if (missing) process.stderr.write(`${name}: ${missing}\n`);
});

describe.each(databaseKinds.filter(({ missing }) => missing === undefined))('$name', ({ start }) => {
  let shared: TestDatabase;
  let database: Database;
  let world: string;
  let open: SystemJobs[];

  beforeAll(async () => {
    shared = await start();
    database = await shared.open();
  });
  beforeEach(async () => {
    await shared.empty();
    world = mkdtempSync(join(tmpdir(), 'astrogate-world-'));
    open = [];
  });
  afterEach(async () => {
    for (const jobs of open) await jobs.close();
    rmSync(world, { recursive: true });
  });
  afterAll(() => shared.end());

  /** One more api on the database; on the embedded one it seems to be on a server. */
  async function anApi(plans: Plans = fakePlans(world)): Promise<SystemJobs> {
    const store = systemJobs({ ...database, isEmbedded: false }, leaseMs);
    const log = createLogger('api', 'silent');
    const jobs = new SystemJobs({ store, plans, log, now: () => new Date(), pauseMs: 5, probeMs: 20, againMs: 50 });
    await jobs.start();
    open.push(jobs);
    return jobs;
  }

  async function reach(jobs: SystemJobs, id: string, status: SystemJob['state']['status']): Promise<SystemJob> {
    for await (const job of jobs.follow(id, 0, AbortSignal.timeout(30_000)))
      if (job.state.status === status) return job;
    throw new Error(`it never was ${status}`);
  }

  test('a job is done step by step, and each says what it did and how long it took', async () => {
    const jobs = await anApi();
    const { job, isNew } = await jobs.create(order('forward'));
    expect(isNew).toBe(true);
    const { state, finishedAt } = await reach(jobs, job.id, 'done');
    expect(state.steps).toMatchObject(
      ['a', 'b', 'c'].map((name) => ({ name, status: 'done', note: `making ${name}` })),
    );
    for (const { seconds } of state.steps) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(finishedAt).not.toBeNull();
    expect(worldNow(world)).toEqual(['a', 'b', 'c']);
  });

  test('a failure undoes everything and says which step it was', async () => {
    const jobs = await anApi();
    const { job } = await jobs.create(order('undo'));
    const { state } = await reach(jobs, job.id, 'failed');
    expect(state.failure).toEqual({ step: 'c', code: 'internal', detail: 'Something went wrong inside' });
    expect(state.steps.map(({ status }) => status)).toEqual(['undone', 'undone', 'failed']);
    expect(worldNow(world)).toEqual([]);
    expect(readFileSync(join(world, 'journal'), 'utf8').trim()).toBe('a b c undo-c undo-b undo-a');
  });

  test('of thirty apis that begin a job at once one does, and nothing else begins until that has ended', async () => {
    const [one, other] = [await anApi(), await anApi()];
    const asked = Array.from({ length: 30 }, (_, n) => (n % 2 ? one : other).create(order('operator')));
    const settled = await Promise.allSettled(asked);
    const made = settled.filter(({ status }) => status === 'fulfilled');
    expect(made).toHaveLength(1);
    for (const result of settled)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'system_job_active' });
    const [active] = await one.list(10);
    await reach(one, active?.id ?? '', 'waiting_for_operator');
    await other.goOn(active?.id ?? '', gift);
    await reach(one, active?.id ?? '', 'done');
    await other.create(order('forward'));
  });

  test('the same key makes one job; with something else it is a mistake', async () => {
    const jobs = await anApi();
    const once = { scope: 'user:1', key: 'k', requestHash: 'h' };
    const made = await Promise.all([1, 2, 3].map(() => jobs.create(order('forward', { once }))));
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    await reach(jobs, made[0]?.job.id ?? '', 'done');
    await expect(jobs.create(order('forward', { once: { ...once, requestHash: 'x' } }))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    expect((await jobs.create(order('forward', { once: { ...once, scope: 'user:2' } }))).isNew).toBe(true);
  });

  test('what ended ninety days ago is forgotten when the next is begun', async () => {
    const jobs = await anApi();
    const ids: string[] = [];
    for (const days of [91, 89]) {
      const { job } = await jobs.create(order('forward'));
      await reach(jobs, job.id, 'done');
      const then = sql<Date>`now() - ${days} * interval '1 day'`;
      await database.db.updateTable('system_jobs').set({ finished_at: then }).where('id', '=', job.id).execute();
      ids.push(job.id);
    }
    const { job } = await jobs.create(order('forward'));
    await reach(jobs, job.id, 'done');
    expect((await jobs.list(10)).map(({ id }) => id).sort()).toEqual([ids[1], job.id].sort());
  });

  test('a preflight that fails leaves nothing behind, and a dry run changes nothing', async () => {
    const refuse = async () => {
      throw new AstrogateError('engine_unavailable');
    };
    const { forward } = fakePlans(world);
    const jobs = await anApi({ forward: { ...(forward as Plans[string]), preflight: refuse } });
    await expect(jobs.create(order('forward'))).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(jobs.dryRun(order('forward'))).rejects.toMatchObject({ code: 'engine_unavailable' });
    const dry = await (await anApi()).dryRun(order('forward'));
    expect(dry).toEqual({ steps: ['a', 'b', 'c'], pointOfNoReturn: 'b', lines: [] });
    expect([await jobs.list(10), worldNow(world)]).toEqual([[], []]);
  });

  test('keys may be given to another api than the one that waits; nothing of them is kept', async () => {
    const [one, other] = [await anApi(), await anApi()];
    const { job } = await one.create(order('operator'));
    const waiting = await reach(one, job.id, 'waiting_for_operator');
    expect(waiting.state.wait?.commands[0]).toBe('docker compose restart vault');
    await expect(other.goOn('nobody', gift)).rejects.toMatchObject({ code: 'not_found' });
    await other.goOn(job.id, gift);
    const done = await reach(other, job.id, 'done');
    expect(done.state.steps[1]?.note).toBe('unsealing with [withheld] and [withheld]');
    expect(done.kept).toMatchObject({ 'with [withheld]': { answer: [['[withheld]', '[withheld]']] } });
    await expect(one.goOn(job.id, gift)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('an operator who says that it is done and gives nothing is asked again', async () => {
    const jobs = await anApi();
    const { job } = await jobs.create(order('operator'));
    const first = await reach(jobs, job.id, 'waiting_for_operator');
    await jobs.goOn(job.id, undefined);
    await until(async () => {
      const now = await jobs.get(job.id);
      return now?.state.status === 'waiting_for_operator' && now.version > first.version + 2;
    });
    expect(worldNow(world)).toEqual(['a']);
  });

  test('a job that waits is cancelled from another api and undone; behind the point of no return it is not', async () => {
    const [one, other] = [await anApi(), await anApi()];
    const { job } = await one.create(order('operator'));
    await reach(one, job.id, 'waiting_for_operator');
    await other.cancel(job.id);
    const { state } = await reach(one, job.id, 'failed');
    expect(state.failure?.code).toBe('cancelled');
    expect(worldNow(world)).toEqual([]);
    await expect(one.cancel(job.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a step that runs hears that it is cancelled', async () => {
    const hanging: Plans = {
      hang: {
        ...{ pointOfNoReturn: undefined, context: () => ({}) },
        steps: [
          {
            name: 'hang',
            run: (_ctx, { signal }) =>
              new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
          },
        ],
      },
    };
    const [one, other] = [await anApi(hanging), await anApi(hanging)];
    const { job } = await one.create(order('hang'));
    await reach(one, job.id, 'running');
    await other.cancel(job.id);
    expect((await reach(other, job.id, 'failed')).state.failure?.code).toBe('cancelled');
  });

  test('an api that closes leaves its job to the next', async () => {
    const one = await anApi();
    const { job } = await one.create(order('operator'));
    await reach(one, job.id, 'waiting_for_operator');
    await one.close();
    const other = await anApi();
    await other.goOn(job.id, gift);
    await reach(other, job.id, 'done');
  });

  test('what waits goes on by itself when its probe sees the new state', async () => {
    let isThere = false;
    const plans: Plans = {
      wait: {
        ...{ pointOfNoReturn: 'look', context: () => ({}) },
        steps: [
          {
            name: 'look',
            run: async () => (isThere ? 'done' : { wait: 'operator', commands: ['start it'], why: 'it is not there' }),
            probe: async () => isThere,
          },
        ],
      },
    };
    const jobs = await anApi(plans);
    const { job } = await jobs.create(order('wait'));
    await reach(jobs, job.id, 'waiting_for_operator');
    isThere = true;
    await reach(jobs, job.id, 'done');
  });

  test('while a job has paused solving no account and no key is changed', async () => {
    const held = Promise.withResolvers<void>();
    const hold: Plans[string]['steps'][0] = {
      name: 'hold',
      run: async () => {
        await held.promise;
        return 'done';
      },
    };
    const steps = [pauseStep(() => database), hold];
    const jobs = await anApi({ pausing: { steps, pointOfNoReturn: undefined, context: () => ({}) } });
    const refuse = refusePaused({ system: { backups: { database } } as unknown as System });
    const passed = jest.fn();
    const ask = async () => refuse({} as Request, {} as Response, passed);
    const { job } = await jobs.create(order('pausing'));
    await until(async () => (await jobs.get(job.id))?.state.steps[1]?.status === 'running');
    await expect(ask()).rejects.toMatchObject({ code: 'system_paused' });
    expect(passed).not.toHaveBeenCalled();
    // Nor does an upload go that no job of now needs: one of the tables that come or go back may.
    const kept = await openJobStore(database, { leaseMs });
    expect(await kept.neededUploads(['of-no-job.upload'])).toEqual(new Set(['of-no-job.upload']));
    held.resolve();
    await reach(jobs, job.id, 'done');
    await ask();
    expect(passed).toHaveBeenCalledWith();
    expect(await kept.neededUploads(['of-no-job.upload'])).toEqual(new Set());
  });

  test('an undoing that needs somebody says what to type, and goes on by itself when it can', async () => {
    let isAway = true;
    const [a, b] = (fakePlans(world).undo as Plans[string]).steps as [
      Plans[string]['steps'][0],
      Plans[string]['steps'][0],
    ];
    const undo = async () => {
      if (isAway) return { wait: 'operator', commands: ['docker compose start vault'], why: 'it is away' } as const;
      return 'done' as const;
    };
    const failing = { ...b, run: async () => Promise.reject(new AstrogateError('internal')) };
    const plan: Plans[string] = { steps: [{ ...a, undo }, failing], pointOfNoReturn: undefined, context: () => ({}) };
    const jobs = await anApi({ back: plan });
    const { job } = await jobs.create(order('back'));
    const waiting = await reach(jobs, job.id, 'waiting_for_operator');
    expect(waiting.state).toMatchObject({ isGoingBack: true, wait: { commands: ['docker compose start vault'] } });
    isAway = false;
    await reach(jobs, job.id, 'failed');
  });

  test('what is answered counts for one question, and what is given for all', async () => {
    const heard: unknown[] = [];
    const step: Plans[string]['steps'][0] = {
      name: 'ask',
      async run(_ctx, { gift, told }) {
        if (told) heard.push([told, gift]);
        return heard.length === 3 ? 'skipped' : { wait: 'operator', commands: [], why: 'it asks' };
      },
    };
    const jobs = await anApi({ asking: { steps: [step], pointOfNoReturn: undefined, context: () => ({}) } });
    const { job } = await jobs.create(order('asking', { gift }));
    const answers = [['leave'], ['done'], ['done', { unseal_keys: ['another'] }]] as const;
    for (const [at, [told, given]] of answers.entries()) {
      await until(async () => (await jobs.get(job.id))?.state.status === 'waiting_for_operator' && heard.length === at);
      await jobs.goOn(job.id, given, told);
      await until(() => heard.length === at + 1);
    }
    expect(heard).toEqual([
      ['leave', gift],
      ['done', gift],
      ['done', { unseal_keys: ['another'] }],
    ]);
    const { state } = await reach(jobs, job.id, 'done');
    expect(state.steps[0]?.status).toBe('skipped');
  });

  test.each([
    ['is not written, since the database is away', () => Promise.reject(new AstrogateError('storage_unavailable'))],
    ['cannot be, since it was changed meanwhile', async () => undefined],
  ])('a job whose change %s, is taken up again by the same api', async (_what, fail) => {
    const store = systemJobs(database, 24 * 60 * 60_000);
    let fails = 2;
    const flaky: typeof store = {
      ...store,
      change: async (...change) => {
        return change[1].type === 'done' && fails-- > 0 ? fail() : store.change(...change);
      },
    };
    const log = createLogger('api', 'silent');
    const parts = { store: flaky, plans: fakePlans(world), log, now: () => new Date(), pauseMs: 5, lookMs: 20 };
    const jobs = new SystemJobs(parts);
    await jobs.start();
    open.push(jobs);
    const { job } = await jobs.create(order('forward'));
    await reach(jobs, job.id, 'done');
    expect(fails).toBeLessThan(0);
    expect(worldNow(world)).toEqual(['a', 'b', 'c']);
  });

  test('an api that does not know the kind of a job that has not ended says so, and does not start', async () => {
    const { job } = await (await anApi()).create(order('operator'));
    await expect(anApi({})).rejects.toThrow(`The operator job ${job.id} has not ended`);
  });

  describe('over HTTP, behind a fake principal', () => {
    let jobs: SystemJobs;
    let server: Server;
    let url: string;
    const targets = new FakeTargets('vault', 'nginx');
    const { log, text } = recordLog();
    const closing = new AbortController();
    let standing: AbortController;

    beforeEach(async () => {
      jobs = await anApi();
      standing = new AbortController();
      const app = express();
      app.use(assignRequestId);
      const vault = async () => ({ sealed: true });
      const parts = {
        get jobs() {
          return jobs;
        },
        targets,
        vault,
        streams: new StreamPlaces(),
        callerOf: () => 'jane',
        closing: closing.signal,
        prove: async () => {},
        watchStanding: () => ({ over: standing.signal, [Symbol.dispose]() {} }),
      };
      for (const [method, path, handler] of systemRoutes(parts)) app[method](path, handler);
      app.use(errorHandler(log));
      server = createServer(app).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/system`;
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    const proceed = (id: string, body: unknown) =>
      fetch(`${url}/jobs/${id}/continue`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });

    test('a job is followed from its beginning to its end, and goes on when told', async () => {
      const { job } = await jobs.create(order('operator'));
      await reach(jobs, job.id, 'waiting_for_operator');
      const events = await fetch(`${url}/jobs/${job.id}`, { headers: { accept: 'text/event-stream' } });
      expect(events.headers.get('content-type')).toContain('text/event-stream');
      const shown = systemJobSchema.parse(await (await fetch(`${url}/jobs/${job.id}`)).json());
      expect(shown).toMatchObject({
        status: 'waiting_for_operator',
        can_cancel: true,
        waiting: { why: 'keys are needed' },
      });
      expect((await proceed(job.id, gift)).status).toBe(202);
      const heard = await events.text();
      expect(heard.match(/^event: .*$/gm)?.at(-1)).toBe('event: ended');
      expect(heard).toContain('"status":"done"');
      expect(heard + text()).not.toContain('key-of-the-operator');
      const last = /id: (\d+)\nevent: ended/.exec(heard)?.[1] ?? '';
      const headers = { accept: 'text/event-stream', 'last-event-id': last };
      expect((await fetch(`${url}/jobs/${job.id}`, { headers })).status).toBe(204);
      expect((await proceed(job.id, {})).status).toBe(409);
      expect(await (await fetch(`${url}/jobs`)).json()).toMatchObject({ jobs: [{ id: job.id, status: 'done' }] });
    });

    test.each<[string, unknown, number]>([
      ['no JSON', '{"unseal_keys": ["first-key-of-the-operator', 400],
      ['another field', { unseal_key: 'first-key-of-the-operator' }, 400],
      ['a number', { unseal_keys: [1] }, 400],
      ['too much', { unseal_keys: Array(40).fill('first-key-of-the-operator'.repeat(20)) }, 413],
    ])('%s in the body is refused, and neither answer nor log repeats it', async (_what, body, status) => {
      const { job } = await jobs.create(order('operator'));
      await reach(jobs, job.id, 'waiting_for_operator');
      const answer = await proceed(job.id, body);
      expect(answer.status).toBe(status);
      expect((await answer.text()) + text()).not.toContain('key-of-the-operator');
    });

    test('whoever may not look any more is told nothing more; but of a job that ends all sessions', async () => {
      const waiting = (fakePlans(world) as Plans).operator as Plans[string];
      const all = await anApi({ reset: waiting, operator: waiting });
      jobs = all;
      for (const [kind, isCutOff] of [
        ['operator', true],
        ['reset', false],
      ] as const) {
        standing = new AbortController();
        const { job } = await all.create(order(kind));
        await reach(all, job.id, 'waiting_for_operator');
        const response = await fetch(`${url}/jobs/${job.id}`, { headers: { accept: 'text/event-stream' } });
        const ended = response.text();
        standing.abort();
        if (!isCutOff) await all.goOn(job.id, gift);
        expect([kind, (await ended).includes('event: ended')]).toEqual([kind, !isCutOff]);
        if (isCutOff) await all.goOn(job.id, gift);
        await reach(all, job.id, 'done');
      }
    });

    test('a job is cancelled; one that is not there is not', async () => {
      const { job } = await jobs.create(order('operator'));
      await reach(jobs, job.id, 'waiting_for_operator');
      expect((await fetch(`${url}/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(202);
      await reach(jobs, job.id, 'failed');
      expect((await fetch(`${url}/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(409);
      expect((await fetch(`${url}/jobs/nobody`)).status).toBe(404);
      expect((await fetch(`${url}/jobs/${job.id}`, { headers: { accept: 'image/png' } })).status).toBe(406);
    });

    test('it says what can be done, with and without an engine', async () => {
      const ask = async () => (await fetch(`${url}/capabilities`)).json();
      const running = ['vault', 'nginx'].map((alias) => ({ alias, state: 'running' }));
      const vault = { reachable: true, sealed: true };
      expect(await ask()).toEqual({ engine: true, targets: running, vault });
      targets.hasEngine = false;
      const unknown = running.map(({ alias }) => ({ alias, state: 'unknown' }));
      expect(await ask()).toEqual({ engine: false, targets: unknown, vault });
      targets.hasEngine = true;
    });

    test('the document describes these routes, and every reference is there', () => {
      const parts = { jobs, targets } as unknown as Parameters<typeof systemRoutes>[0];
      const routes = systemRoutes(parts).map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
      const described = Object.entries(systemPaths).flatMap(([path, methods]) =>
        Object.keys(methods as object).map((method) => `${method} ${path}`),
      );
      expect(described.sort()).toEqual(routes.sort());
      const references = JSON.stringify(systemPaths).match(/#\/components\/schemas\/System\w+/g) ?? [];
      for (const reference of references) expect(systemSchemas).toHaveProperty(reference.split('/').at(-1) ?? '');
    });
  });
});
