// The compose deployment with nginx and Vault, really started: every admin job is asked for over HTTPS, acts on real
// containers through the solver, and is followed by a solve. What one test leaves, the next one finds.
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { issue, makeAuthority } from '@astrogate/local';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { testEnvironment } from '../../src/config.js';
import { Admin, password, type SystemJob } from '../../src/deployment/admin.js';
import { type Deployment, startDeployment } from '../../src/deployment/deployment.js';
import { type Picture, solveOverHttps } from '../../src/deployment/solve-over-https.js';
import { sampleSkyJpeg } from '../../src/skies.js';
import { eventually } from '../../src/test-stack.js';

// A restore starts a container and tries every step; a busy machine takes its time for it.
jest.setTimeout(240_000);

const suite = testEnvironment().hasVault ? describe : describe.skip;

suite('with nginx and Vault', () => {
  let deployment: Deployment;
  let admin: Admin;
  let picture: Picture;
  /** The authority that a browser would have to trust now. */
  let trust: string;

  beforeAll(async () => {
    deployment = await startDeployment(['nginx', 'vault']);
    admin = new Admin(deployment, () => trust);
    trust = await chain();
    await admin.begin();
    picture = await sampleSkyJpeg(deployment.cli, testEnvironment().sandboxImage);
  }, 300_000);

  afterAll(async () => {
    await deployment?.[Symbol.asyncDispose]();
  }, 60_000);

  /** Degrees between the answer and the truth. */
  const solve = () => solveOverHttps(trust, deployment.url, picture);
  const near = 0.05;

  const startedAt = async (service: string) => (await deployment.inspect(service)).State.StartedAt;
  const keys = () => deployment.vaultKeys?.unsealKeys.slice(0, 3) ?? [];

  /** The command line of Vault as its operator, inside its container. */
  const asOperator = (script: string) =>
    deployment.shell('vault', `export VAULT_TOKEN=${deployment.vaultKeys?.rootToken}\n${script}`);
  const keep = (value: string) => asOperator(`vault kv put -mount=astrogate kept value=${value} > /dev/null`);
  const kept = () => asOperator('vault kv get -mount=astrogate -field=value kept');
  /** Vault's own command ends with 2 when it is sealed. */
  const isSealed = () => asOperator('vault status > /dev/null; echo $?').then((code) => code === '2');

  const addUser = (name: string) => admin.ask('POST', '/users', { name, password });
  const users = async () =>
    ((await admin.ask('GET', '/users')).body.users as { name: string }[]).map((user) => user.name).sort();

  const served = () =>
    new Promise<string>((resolve, reject) => {
      const { port } = new URL(deployment.url);
      const socket = connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', ca: trust }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.once('error', reject);
    });

  /** Of the certificate in use. */
  const chain = () => deployment.shell('api', 'cat /certificates/current/fullchain.pem');

  /** The next one, as soon as it is in use. */
  async function newChain(old: string): Promise<string> {
    let now = old;
    await eventually('there is another certificate', 60_000, async () => {
      now = await chain();
      return now !== old;
    });
    return now;
  }

  test('a picture is solved through it', async () => {
    expect(await solve()).toBeLessThan(near);
  });

  let backupId: string;

  describe('backup and restore', () => {
    test('a backup holds the tables and Vault', async () => {
      await keep('old');
      expect((await addUser('before')).status).toBe(201);
      const job = await admin.run('/system/backups', {});
      expect(job).toMatchObject({ status: 'done', failure: null });
      backupId = job.backup_id as string;
      const { body } = await admin.ask('GET', `/system/backups/${backupId}`);
      expect(body).toMatchObject({ state: 'good', parts: expect.arrayContaining(['database', 'vault']) });
    });

    test('a restore brings both back: Vault was restarted, and opened with the keys that were given', async () => {
      await keep('new');
      await addUser('after');
      const before = { vault: await startedAt('vault'), nginx: await startedAt('nginx') };
      const order = { password, phrase: `restore ${backupId}`, unseal_keys: keys() };
      const job = await admin.run(`/system/backups/${backupId}/restore`, order);
      expect(job).toMatchObject({ status: 'done', failure: null });
      expect(await startedAt('vault')).not.toBe(before.vault);
      expect(await startedAt('nginx')).toBe(before.nginx);
      expect([await isSealed(), await kept(), await users()]).toEqual([false, 'old', ['before', 'root']]);
      expect(await solve()).toBeLessThan(near);
    });
  });

  describe('certificate', () => {
    /** Who trusts the next one alone hears nothing until it is served, and not always until no other is served any more. */
    async function install(order: object, nextTrust: () => Promise<string>) {
      const { id } = await admin.order('/system/certificate', { password, ...order });
      trust = await nextTrust();
      let job: SystemJob | undefined;
      await eventually('the job has ended, and only the new certificate is served', 120_000, async () => {
        job = await admin.until(id, []).catch(() => undefined);
        return job !== undefined;
      });
      return job;
    }

    test('one that was uploaded is served by the same nginx', async () => {
      const started = await startedAt('nginx');
      const authority = await makeAuthority(90, 'Test authority');
      const leaf = await issue(authority, { kind: 'server', dnsNames: ['localhost'] }, 80);
      const upload = { from: 'upload', chain: leaf.cert, private_key: leaf.key };
      expect(await install(upload, async () => authority.cert)).toMatchObject({ status: 'done', failure: null });
      expect(await served()).toBe(new X509Certificate(leaf.cert).serialNumber);
      expect(await startedAt('nginx')).toBe(started);
      expect((await admin.ask('GET', '/system/certificate')).body).toMatchObject({ from: 'upload', served: true });
      expect(await solve()).toBeLessThan(near);
    });

    test('where nginx does not take the new one, it goes on with the old one, and the job has failed', async () => {
      const [started, before] = [await startedAt('nginx'), await served()];
      // Whatever it is that nginx does not like, its reload fails as a whole.
      await deployment.shell('nginx', 'cp /tmp/https-port.conf /tmp/good; echo nonsense > /tmp/https-port.conf');
      const job = await admin.run('/system/certificate', { password, from: 'issue' });
      expect(job).toMatchObject({ status: 'failed', failure: { code: 'certificate_not_served' } });
      expect([await served(), await startedAt('nginx')]).toEqual([before, started]);
      expect((await admin.ask('GET', '/system/certificate')).body).toMatchObject({ from: 'upload', served: true });
      expect(await solve()).toBeLessThan(near);
      await deployment.shell('nginx', 'cp /tmp/good /tmp/https-port.conf');
    });

    test('one that is issued here is served by the same nginx', async () => {
      const [started, before] = [await startedAt('nginx'), await served()];
      const old = await chain();
      expect(await install({ from: 'issue' }, () => newChain(old))).toMatchObject({ status: 'done', failure: null });
      expect(await served()).toBe(new X509Certificate(trust).serialNumber);
      expect(await served()).not.toBe(before);
      expect(await startedAt('nginx')).toBe(started);
      expect((await admin.ask('GET', '/system/certificate')).body).toMatchObject({ from: 'issue', served: true });
      expect(await solve()).toBeLessThan(near);
    });

    test('nginx is restarted where that was asked for', async () => {
      const [started, old] = [await startedAt('nginx'), await chain()];
      const order = { from: 'issue', restart: true };
      expect(await install(order, () => newChain(old))).toMatchObject({ status: 'done', failure: null });
      expect(await startedAt('nginx')).not.toBe(started);
      expect(await solve()).toBeLessThan(near);
    });
  });

  describe('without a solver', () => {
    beforeAll(async () => {
      await deployment.compose('stop', 'solver');
    }, 60_000);

    test('what needs a container is refused before anything is changed', async () => {
      const [before, secret] = [await served(), await kept()];
      const reset = { password, phrase: 'reset full', scope: 'full', unseal_keys: keys() };
      for (const [path, order] of [
        ['/system/reset', reset],
        ['/system/certificate', { password, from: 'issue' }],
      ] as const) {
        const { status, body } = await admin.ask('POST', path, order);
        expect([path, status, body.code]).toEqual([path, 503, 'engine_unavailable']);
      }
      expect([await served(), await kept()]).toEqual([before, secret]);
      expect((await admin.ask('GET', '/system/capabilities')).body).toMatchObject({ engine: false });
    });

    test('a restore waits for the operator, says what to type, and goes on when that was done', async () => {
      await keep('newer');
      const before = await startedAt('vault');
      const order = { password, phrase: `restore ${backupId}`, unseal_keys: keys() };
      const { id } = await admin.order(`/system/backups/${backupId}/restore`, order);
      const waiting = await admin.until(id, ['waiting_for_operator']);
      expect(waiting).toMatchObject({
        ...{ status: 'waiting_for_operator', failure: null },
        waiting: { commands: ['docker compose restart vault'] },
      });
      expect(await startedAt('vault')).toBe(before);
      await deployment.type('docker compose restart vault');
      expect(await admin.until(id, [])).toMatchObject({ status: 'done', failure: null });
      expect([await isSealed(), await kept()]).toEqual([false, 'old']);
    });

    test('when it is back, pictures are solved', async () => {
      await deployment.compose('start', 'solver');
      await eventually('the solver is back', 60_000, async () => (await solve().catch(() => 1)) < near);
    });
  });

  describe('reset', () => {
    const effects = async () =>
      (await admin.ask('POST', '/system/reset?dry_run=true', { scope: 'data' })).body.effects as string[];

    test('of the data: no job is left, accounts stay', async () => {
      expect(await effects()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^[1-9]\d* jobs would be deleted/)]),
      );
      const people = await users();
      const order = { password, phrase: 'reset data', scope: 'data' };
      expect(await admin.run('/system/reset', order)).toMatchObject({ status: 'done', failure: null });
      expect(await effects()).toEqual(expect.arrayContaining([expect.stringMatching(/^0 jobs would be deleted/)]));
      expect([await users(), await kept()]).toEqual([people, 'old']);
      expect(await solve()).toBeLessThan(near);
    });

    test('in full: Vault is stopped, started and opened, and keeps nothing of ours; superusers sign in again', async () => {
      const before = { vault: await startedAt('vault'), nginx: await startedAt('nginx') };
      const order = { password, phrase: 'reset full', scope: 'full', unseal_keys: keys() };
      expect(await admin.run('/system/reset', order)).toMatchObject({ status: 'done', failure: null });
      expect(await startedAt('vault')).not.toBe(before.vault);
      expect(await startedAt('nginx')).toBe(before.nginx);
      expect(await isSealed()).toBe(false);
      expect(await asOperator('vault kv list -mount=astrogate 2>&1 || true')).toContain('No value found');
      expect(await users()).toEqual(['root']);
      expect(await solve()).toBeLessThan(near);
    });
  });
});
