// Every act of an admin job and of a backup, caused over HTTP: who, on what, by which request, and how it ended.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { freePort } from '@astrogate/local';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type AuditActName, auditActs } from '../src/audit/acts.js';
import type { BackupView } from '../src/http/backup-fields.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { isOfAdminJobs } from '../test-support/admin-acts.js';
import { AdminApi, adminPassword as password } from '../test-support/admin-api.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { until } from '../test-support/running-api.js';

jest.setTimeout(120_000);

let home: string;
let targets: FakeTargets;
let api: AdminApi;
let server: Server;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'astrogate-admin-acts-'));
  targets = new FakeTargets('nginx');
  const place = { host: '127.0.0.1', port: await freePort(), serverName: 'localhost' };
  const certificate = { root: join(home, 'certificates'), place, names: ['localhost'] };
  api = await AdminApi.start({ place: { stateDir: join(home, 'state') }, home, targets, config: { certificate } });
  const [cert, key] = ['fullchain.pem', 'privkey.pem'].map((name) =>
    readFileSync(join(certificate.root, 'current', name)),
  );
  // It never reads another one, so that no certificate job comes to its end by itself.
  server = createServer({ cert, key }).listen(place.port, place.host);
  await once(server, 'listening');
});
afterAll(async () => {
  await api?.close();
  server?.close();
  rmSync(home, { recursive: true, force: true });
});

interface Caused {
  readonly answer: Response;
  readonly target: string;
  /** One for the request, or of a job its beginning and its end. */
  readonly phases: readonly (string | undefined)[];
}

const request = async (method: string, path: string, body?: object | Buffer) => {
  const answer = await api.ask(method, path, body);
  expect([path, answer.status]).toEqual([path, expect.any(Number)]);
  expect(answer.ok).toBe(true);
  return answer;
};
const bodyOf = async <T>(answer: Response) => (await answer.clone().json()) as T;

/** A job from its order to its end. */
async function aJob(path: string, body?: object): Promise<Caused & { job: SystemJobView }> {
  const answer = await request('POST', path, body);
  const { id } = await bodyOf<SystemJobView>(answer);
  if (path.endsWith('restore')) await api.signInAgain();
  return { answer, target: `job:${id}`, phases: ['end', 'begin'], job: await api.ended(id) };
}
const aBackup = async () => (await aJob('/system/backups')).job.backup_id as string;

/** A certificate job that waits, since there is no engine. */
async function aWaitingJob(): Promise<string> {
  targets.hasEngine = false;
  const answer = await request('POST', '/system/certificate', { password, from: 'issue', by_hand: true });
  const { id } = await bodyOf<SystemJobView>(answer);
  await until(async () => (await api.job(id)).status === 'waiting_for_operator');
  return id;
}
async function cancelled(id: string): Promise<Response> {
  const answer = await request('DELETE', `/system/jobs/${id}`);
  await api.ended(id);
  targets.hasEngine = true;
  return answer;
}

const causes: Record<string, () => Promise<Caused>> = {
  'system.backup': () => aJob('/system/backups'),
  'backup.verify': async () => {
    const id = await aBackup();
    const answer = await request('POST', `/system/backups/${id}/verify`);
    return { answer, target: `backup:${id}`, phases: [undefined] };
  },
  'backup.download': async () => {
    const id = await aBackup();
    const answer = await request('GET', `/system/backups/${id}/archive`);
    await answer.arrayBuffer();
    return { answer, target: `backup:${id}`, phases: [undefined] };
  },
  'backup.upload': async () => {
    const archive = await (await request('GET', `/system/backups/${await aBackup()}/archive`)).arrayBuffer();
    const answer = await request('POST', '/system/backups/upload', Buffer.from(archive));
    return { answer, target: `backup:${(await bodyOf<BackupView>(answer)).id}`, phases: [undefined] };
  },
  'backup.delete': async () => {
    const id = await aBackup();
    const answer = await request('DELETE', `/system/backups/${id}`, { password, phrase: `delete ${id}` });
    return { answer, target: `backup:${id}`, phases: [undefined] };
  },
  'system.restore': async () => {
    const id = await aBackup();
    return aJob(`/system/backups/${id}/restore`, { password, phrase: `restore ${id}` });
  },
  'system.reset': () => aJob('/system/reset', { password, phrase: 'reset data', scope: 'data', safety_backup: false }),
  'system.certificate': async () => {
    const answer = await request('POST', '/system/certificate', { password, from: 'issue', by_hand: true });
    const { id } = await bodyOf<SystemJobView>(answer);
    await cancelled(id);
    return { answer, target: `job:${id}`, phases: ['end', 'begin'] };
  },
  'system.continue': async () => {
    const id = await aWaitingJob();
    const answer = await request('POST', `/system/jobs/${id}/continue`);
    await cancelled(id);
    return { answer, target: `job:${id}`, phases: [undefined] };
  },
  'system.cancel': async () => {
    const id = await aWaitingJob();
    return { answer: await cancelled(id), target: `job:${id}`, phases: [undefined] };
  },
};

test('every act of admin jobs has a row in the table, and every row an act', () => {
  expect(Object.keys(causes).sort()).toEqual(auditActs.filter(isOfAdminJobs).sort());
});

test.each(Object.keys(causes))('%s', async (act) => {
  const { answer, target, phases } = await (causes[act] as () => Promise<Caused>)();
  const rows = await api.acts(act as AuditActName);
  const told = rows.filter(({ request_id }) => request_id === answer.headers.get('x-request-id'));
  expect(told.map(({ detail }) => (detail as { phase?: string }).phase)).toEqual(phases);
  for (const row of told) expect(row).toMatchObject({ act, target, actor: expect.stringMatching(/^user:\w{32}$/) });
});
