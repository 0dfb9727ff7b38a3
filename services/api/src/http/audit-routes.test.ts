// The audit log over HTTP. The accounts are a stand-in here: a token is the name of who shows it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyAudit } from '@astrogate/common';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { recordLog } from '../../test-support/recorded-log.js';
import { testConfig } from '../../test-support/running-api.js';
import type { Principal } from '../access/principal.js';
import type { AuditAct } from '../audit/audit.js';
import { createContext } from '../context.js';
import { createApp } from './app.js';

const user = { kind: 'user', userId: 'u1', name: 'n', isSuperuser: false, sessionId: 's' } as const;
const key = { kind: 'key', keyId: 'k1', userId: 'u1', name: 'n', isSuperuser: false } as const;
const askers: Record<string, Principal> = {
  viewer: { ...user, role: 'viewer' },
  operator: { ...user, role: 'operator' },
  admin: { ...user, role: 'admin' },
  'key-to-read': { ...key, role: 'admin', scopes: ['read', 'solve'] },
  'operators-key': { ...key, role: 'operator', scopes: ['admin'] },
  'admin-key': { ...key, role: 'admin', scopes: ['admin'] },
};
const anAct: AuditAct = {
  ...{ act: 'job.delete', actor: 'user:u2', address: '192.0.2.7', target: 'job:j1', result: 'done', requestId: 'r' },
};

let server: Server;
let store: FakeJobStore;
let url: string;

beforeEach(async () => {
  store = new FakeJobStore();
  const parts = { config: testConfig, log: recordLog().log, solver: new FakeSolverClient(), store };
  const accounts = { whoHas: async (bearer: string) => askers[bearer] };
  const given = { ...parts, accounts, callerSecret: Buffer.alloc(32), isServing: () => true };
  server = createServer(createApp(createContext(given as unknown as Parameters<typeof createContext>[0])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/audit`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (path = '', asker = 'admin') => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${asker}` } });
interface Page {
  rows: { seq: number; act: string }[];
  next: string | null;
}

describe.each(['', '/export'])('GET /api/v1/audit%s', (path) => {
  test.each([
    ['nobody', 401],
    ['viewer', 403],
    ['operator', 403],
    ['key-to-read', 403],
    ['operators-key', 403],
    ['admin', 200],
    ['admin-key', 200],
  ])('answers %s with %i', async (asker, status) => {
    const response = await ask(path, asker);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    await response.body?.cancel();
  });
});

describe('the list', () => {
  test('is walked page by page while rows come, and has each row once', async () => {
    for (let i = 0; i < 120; i++) store.audit.add(anAct);
    const walked: number[] = [];
    for (let path: string | null = '?limit=50'; path !== null; ) {
      const response = await ask(path);
      const { rows, next } = (await response.json()) as Page;
      walked.push(...rows.map(({ seq }) => seq));
      store.audit.add(anAct);
      path = next === null ? null : `?limit=50&cursor=${next}`;
      expect(response.headers.get('link') === null).toBe(next === null);
    }
    expect(walked).toEqual(Array.from({ length: 120 }, (_, i) => 120 - i));
  });

  test('has what was asked for', async () => {
    store.audit.add(anAct);
    store.audit.add({ ...anAct, act: 'job.cancel', actor: 'key:k1', result: 'failed' });
    const seqs = async (query: string) => ((await (await ask(query)).json()) as Page).rows.map(({ seq }) => seq);
    expect(await seqs('?act=job.cancel,user.create')).toEqual([2]);
    expect(await seqs('?actor=user:u2')).toEqual([1]);
    expect(await seqs('?target=job:j1&result=failed')).toEqual([2]);
    expect(await seqs('?after=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await seqs('?before=2100-01-01T00:00:00%2B02:00')).toEqual([2, 1]);
  });

  test.each([
    'act=nothing',
    'act=',
    'limit=0',
    'limit=201',
    'limit=1.5',
    'cursor=x',
    'after=yesterday',
    'result=x',
    'x=1',
    'limit=1&limit=2',
    'actor=',
  ])('refuses ?%s and says what is allowed', async (query) => {
    const response = await ask(`?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: query.split('=')[0] }] });
  });
});

test('the export has every row, in order and whole, and tells of itself', async () => {
  for (let i = 0; i < 1234; i++) store.audit.add(anAct);
  const response = await ask('/export');
  expect(response.headers.get('content-type')).toBe('application/jsonl');
  const text = await response.text();
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(await verifyAudit(rows)).toMatchObject({ rows: 1235, findings: [] });
  expect(rows.at(-1)).toMatchObject({ act: 'audit.export', actor: 'user:u1', address: '127.0.0.1', result: 'done' });
});
