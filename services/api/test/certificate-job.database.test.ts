// The job that installs the system certificate, with a real nginx: what goes wrong leaves the old one served, and nobody is
// told of a success that is none.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '../src/storage/database.js';
import { systemJobs } from '../src/storage/system-jobs.js';
import { type CertificateIssuer, selfSigned } from '../src/system/certificate/issuer.js';
import { readLeaf } from '../src/system/certificate/read-pair.js';
import { renewWhenDue } from '../src/system/certificate/renewal.js';
import { servedCertificate } from '../src/system/certificate/served.js';
import { currentVersion, readVersion, switchTo, writeVersion } from '../src/system/certificate/versions.js';
import type { Plans } from '../src/system/plan.js';
import { certificatePlan } from '../src/system/plans/certificate.js';
import { type CertificateParts, certificateDryRun, certificateParams } from '../src/system/plans/certificate-order.js';
import type { SystemJob } from '../src/system/system-job.js';
import { SystemJobs } from '../src/system/system-jobs.js';
import { enoughKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeNginxTargets } from '../test-support/fake-nginx-targets.js';
import { missingNginx, type RunningNginx, startNginx } from '../test-support/nginx.js';
import { dayMs, type Made, makeCertificate, strangeKey } from '../test-support/pems.js';

jest.setTimeout(120_000);

const firstVersion = 'a'.repeat(32);
const silent = createLogger('api', 'silent');

test('nginx is here', () => {
  if (missingNginx) process.stderr.write(`${missingNginx}: nothing of the certificate job was tried\n`);
});

const suite = missingNginx === undefined ? describe : describe.skip;
suite.each(enoughKinds.filter(({ missing }) => missing === undefined))('$name, nginx', ({ start }) => {
  let shared: TestDatabase;
  let database: Database;
  let home: string;
  let root: string;
  let old: Made;
  let nginx: RunningNginx;
  let targets: FakeNginxTargets;
  let parts: CertificateParts;
  let jobs: SystemJobs;
  /** In their order: serials that were revoked, each with the serial that was served then. */
  let revoked: [string, string][];

  beforeAll(async () => {
    shared = await start();
    database = await shared.open();
  });
  beforeEach(async () => {
    await shared.empty();
    home = mkdtempSync(join(tmpdir(), 'astrogate-certificate-job-'));
    root = join(home, 'certificates');
    old = await makeCertificate();
    await writeVersion(root, firstVersion, { chain: old.cert, key: old.key }, { from: 'upload', names: [] });
    await switchTo(root, firstVersion);
    nginx = await startNginx(root);
    targets = new FakeNginxTargets(nginx);
    revoked = [];
    const issuer: CertificateIssuer = {
      ...selfSigned(() => new Date()),
      revoke: async ({ serial }) => void revoked.push([serial, await servedSerial()]),
    };
    const place = { host: '127.0.0.1', port: nginx.port, serverName: 'localhost' };
    parts = { root, issuer, targets, alias: 'nginx', place, now: () => new Date(), patienceMs: 5_000 };
    jobs = await anApi();
  });
  afterEach(async () => {
    await jobs.close();
    await nginx[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  afterAll(() => shared.end());

  async function anApi(given: CertificateParts = parts): Promise<SystemJobs> {
    const store = systemJobs({ ...database, isEmbedded: false }, 30_000);
    const plans = { certificate: certificatePlan(given) } as unknown as Plans;
    const made = new SystemJobs({ store, plans, log: silent, now: () => new Date(), pauseMs: 5, probeMs: 50 });
    await made.start();
    return made;
  }
  const servedSerial = async () => (await servedCertificate(parts.place)).serial;
  const serialOf = ({ cert }: Made) => readLeaf(cert).serial;
  const upload = (made: Made, more: object = {}) => begin({ from: 'upload', chain: made.cert, ...more }, made.key);
  const begin = (params: object, key?: string) =>
    jobs.create({
      ...{ kind: 'certificate', actor: 'jane', requestId: 'r1', params: certificateParams.parse(params) },
      ...(key !== undefined && { gift: { private_key: key } }),
    });

  async function reach(id: string, wanted: SystemJob['state']['status'][], after = 0): Promise<SystemJob> {
    for await (const job of jobs.follow(id, after, AbortSignal.timeout(60_000)))
      if (wanted.includes(job.state.status)) return job;
    throw new Error(`it never was ${wanted}`);
  }
  const ended = (id: string) => reach(id, ['done', 'failed']);
  const notesOf = ({ state }: SystemJob) => state.steps.map(({ name, note }) => `${name}: ${note}`).join('\n');

  /** Nothing is there but what was there before, and that is served. */
  async function expectUnchanged(): Promise<void> {
    expect(await currentVersion(root)).toBe(firstVersion);
    expect(readdirSync(root).sort()).toEqual([firstVersion, 'current']);
    expect(await servedSerial()).toBe(serialOf(old));
    expect(revoked).toEqual([]);
  }

  test('an uploaded certificate is served after a reload, and only then the one before is revoked', async () => {
    const next = await makeCertificate({ key: 'rsa2048' });
    const { job } = await upload(next);
    const done = await ended(job.id);
    expect(done.state).toMatchObject({ status: 'done', failure: null });
    expect(await servedSerial()).toBe(serialOf(next));
    expect(targets.acts).toEqual([['reload', { actor: 'jane', requestId: 'r1' }]]);
    // Of others, also of the same name, nobody has asked anything.
    expect(revoked).toEqual([[serialOf(old), serialOf(next)]]);
    for (const [path, mode] of [
      [job.id, 0o700],
      [`${job.id}/fullchain.pem`, 0o600],
      [`${job.id}/privkey.pem`, 0o600],
    ] as const)
      expect(statSync(join(root, path)).mode & 0o777).toBe(mode);
    // The one before is kept; what was older is not.
    expect(readdirSync(root).sort()).toEqual([firstVersion, job.id, 'current'].sort());
    const { job: second } = await upload(await makeCertificate());
    await ended(second.id);
    expect(readdirSync(root).sort()).toEqual([job.id, second.id, 'current'].sort());
  });

  test('the key is nowhere in what is persisted of the job', async () => {
    const next = await makeCertificate();
    const { job } = await upload(next);
    const row = JSON.stringify(await ended(job.id));
    for (const line of next.key.split('\n').filter((one) => one.length > 20)) expect(row).not.toContain(line);
  });

  test('an issued one with a restart', async () => {
    const { job } = await begin({ from: 'issue', names: ['localhost', '127.0.0.1'], restart: true });
    expect((await ended(job.id)).state.status).toBe('done');
    const { chain, about } = await readVersion(root, job.id);
    expect(await servedSerial()).toBe(readLeaf(chain).serial);
    expect(about).toEqual({ from: 'issue', names: ['localhost', '127.0.0.1'] });
    expect(targets.acts.map(([act]) => act)).toEqual(['restart']);
  });

  test('the same certificate once more is not revoked', async () => {
    const { job } = await upload(old);
    expect((await ended(job.id)).state.status).toBe('done');
    expect(revoked).toEqual([]);
  });

  // The reference issues certificates for 7,297 days and installs whatever it has, each file by itself.
  test('what browsers would refuse, and what does not belong together, is refused before anything is changed', async () => {
    const [long, other] = [await makeCertificate({ from: 0, to: 7_297 }), await makeCertificate()];
    const foreign = await makeCertificate({ names: [{ type: 'dns', value: 'other.example.org' }] });
    const refused: [Made, string, string][] = [
      [long, long.key, 'valid for 7297 days'],
      [other, strangeKey(), 'the key is not'],
      [foreign, foreign.key, 'not for localhost'],
    ];
    for (const [made, key, problem] of refused)
      await expect(begin({ from: 'upload', chain: made.cert }, key)).rejects.toMatchObject({
        code: 'certificate_invalid',
        message: expect.stringContaining(problem),
      });
    await expect(begin({ from: 'issue', names: ['a_b'] })).rejects.toMatchObject({ code: 'certificate_invalid' });
    await expectUnchanged();
    expect(await jobs.list(10)).toEqual([]);
  });

  // The reference answers 200 and promises a restart.
  test.each([false, true])(
    'without an engine it is refused before anything is changed (restart: %s)',
    async (restart) => {
      targets.hasEngine = false;
      await expect(upload(await makeCertificate(), { restart })).rejects.toMatchObject({ code: 'engine_unavailable' });
      await expectUnchanged();
      expect(await jobs.list(10)).toEqual([]);
    },
  );

  test('without an engine, by hand: it waits with the command, and goes on by itself when the new one is served', async () => {
    targets.hasEngine = false;
    const next = await makeCertificate();
    const { job } = await upload(next, { by_hand: true });
    const waiting = await reach(job.id, ['waiting_for_operator']);
    expect(waiting.state.wait?.commands).toEqual(['docker compose kill -s HUP nginx']);
    // Whoever only says so is not believed.
    const { version } = await jobs.goOn(job.id, undefined);
    const again = await reach(job.id, ['waiting_for_operator', 'done'], version);
    expect(again.state.status).toBe('waiting_for_operator');
    expect(await servedSerial()).toBe(serialOf(old));
    nginx.reload();
    expect((await ended(job.id)).state.status).toBe('done');
    expect(revoked).toEqual([[serialOf(old), serialOf(next)]]);
  });

  test('by hand and cancelled: the old one stays', async () => {
    targets.hasEngine = false;
    const { job } = await upload(await makeCertificate(), { by_hand: true });
    await reach(job.id, ['waiting_for_operator']);
    await jobs.cancel(job.id);
    expect((await ended(job.id)).state.failure).toMatchObject({ code: 'cancelled' });
    await expectUnchanged();
  });

  // The reference overwrites both files in place, and nginx would not start again.
  test('files that nginx cannot read: its old workers go on, and the link goes back', async () => {
    targets.beforeAct = () => {
      targets.beforeAct = () => {};
      truncateSync(join(root, 'current/privkey.pem'));
    };
    const { job } = await upload(await makeCertificate());
    const failed = await ended(job.id);
    expect(failed.state).toMatchObject({
      status: 'failed',
      failure: { step: 'probe', code: 'certificate_not_served' },
    });
    expect(nginx.errors()).toMatch(/privkey|PEM/);
    expect(nginx.isRunning).toBe(true);
    expect(notesOf(failed)).toContain('the certificate before is served again');
    await expectUnchanged();
    expect(targets.acts.map(([act]) => act)).toEqual(['reload', 'reload']);
  });

  test('files with which nginx does not start: it is started again with the old ones', async () => {
    targets.beforeAct = () => {
      targets.beforeAct = () => {};
      truncateSync(join(root, 'current/privkey.pem'));
    };
    const { job } = await upload(await makeCertificate(), { restart: true });
    expect((await ended(job.id)).state).toMatchObject({ status: 'failed', failure: { step: 'apply' } });
    expect(nginx.isRunning).toBe(true);
    await expectUnchanged();
  });

  test('a server that is deaf: the link goes back, and nothing is revoked', async () => {
    const deaf = await anApi({
      ...parts,
      targets: { ...bound(targets), act: async () => (await targets.list())[0] as never },
      // Longer than the five looks in a row that say that the old one is served again.
      patienceMs: 2_000,
    });
    await jobs.close();
    jobs = deaf;
    const { job } = await upload(await makeCertificate());
    expect((await ended(job.id)).state).toMatchObject({ status: 'failed', failure: { step: 'probe' } });
    await expectUnchanged();
  });

  test('an issuer, or a disk, that fails while it is written: nothing has changed', async () => {
    const failing = await anApi({
      ...parts,
      issuer: { ...parts.issuer, issue: () => Promise.reject(new Error('the fake issuer fails')) },
    });
    await jobs.close();
    jobs = failing;
    const { job } = await begin({ from: 'issue', names: ['localhost'] });
    expect((await ended(job.id)).state).toMatchObject({ status: 'failed', failure: { step: 'write' } });
    await expectUnchanged();
    const elsewhere = join(home, 'file');
    writeFileSync(elsewhere, '');
    const broken = await anApi({ ...parts, root: join(elsewhere, 'certificates') });
    await jobs.close();
    jobs = broken;
    await expect(upload(await makeCertificate())).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expectUnchanged();
  });

  test('a dry run says what would happen and changes nothing', async () => {
    const next = await makeCertificate();
    const params = certificateParams.parse({ from: 'upload', chain: next.cert });
    const lines = await certificateDryRun(parts, params, { private_key: next.key });
    expect(lines.join('\n')).toContain(serialOf(next));
    expect(lines.join('\n')).toContain(serialOf(old));
    await expectUnchanged();
    const wrong = certificateDryRun(parts, params, { private_key: strangeKey() });
    await expect(wrong).rejects.toMatchObject({ code: 'certificate_invalid' });
  });

  test('an issued certificate is renewed when it is due, and an uploaded one is not', async () => {
    const [log, thresholdDays] = [silent, 30];
    let now = new Date(Date.now() + 80 * dayMs);
    await renewWhenDue({ root, jobs, thresholdDays, log, now: () => now });
    expect(await jobs.list(10)).toEqual([]);
    const { job } = await begin({ from: 'issue', names: ['localhost'] });
    await ended(job.id);
    const before = await servedSerial();
    now = new Date();
    await renewWhenDue({ root, jobs, thresholdDays, log, now: () => now });
    expect(await jobs.list(10)).toHaveLength(1);
    now = new Date(Date.now() + 80 * dayMs);
    await renewWhenDue({ root, jobs, thresholdDays, log, now: () => now });
    const [renewal] = await jobs.list(10);
    expect((await ended(renewal?.id as string)).state.status).toBe('done');
    expect(renewal?.actor).toBe('system');
    expect(await servedSerial()).not.toBe(before);
    expect(existsSync(join(root, job.id))).toBe(true);
  });
});

function bound(targets: FakeNginxTargets) {
  return { capabilities: () => targets.capabilities(), list: () => targets.list(), close: () => targets.close() };
}
