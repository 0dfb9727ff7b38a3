// Reset and system certificate through the real api: who is asked for what, what a dry run says, what the log tells, and what
// came of it.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@astrogate/local';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { z } from 'zod';
import type { dryRunAnswer } from '../src/http/backup-fields.js';
import type { certificateAnswer } from '../src/http/certificate-routes.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { type ServingPlace, servedCertificate } from '../src/system/certificate/served.js';
import { AdminApi, adminName, adminPassword as password } from '../test-support/admin-api.js';
import { enoughPlaces, type StartedPlace } from '../test-support/database-places.js';
import { FakeNginxTargets } from '../test-support/fake-nginx-targets.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { FakeVaultTargets } from '../test-support/fake-vault-targets.js';
import { missingNginx, type RunningNginx, startNginx } from '../test-support/nginx.js';
import { makeCertificate } from '../test-support/pems.js';
import { form } from '../test-support/pictures.js';
import { until } from '../test-support/running-api.js';
import { makeReady, type ReadyVault } from '../test-support/vault/ready-vault.js';
import { startContractServer } from '../test-support/vault/vault-contract-server.js';

// Passwords are hashed as slowly as in earnest.
jest.setTimeout(180_000);

type DryRun = z.infer<typeof dryRunAnswer>;
type CertificateView = z.infer<typeof certificateAnswer>;

const withBody = (phrase: string, more: object = {}) => ({ password, phrase, ...more });

for (const { name, isHere, start } of enoughPlaces) {
  const suite = isHere ? describe : describe.skip;
  suite(`reset, ${name}`, () => {
    let home: string;
    let at: StartedPlace;
    let vault: ReadyVault;
    let targets: FakeVaultTargets;
    let api: AdminApi;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'astrogate-reset-http-'));
      at = await start();
      mkdirSync(join(home, 'vault'));
      vault = await makeReady(await startContractServer(), join(home, 'vault'));
      targets = new FakeVaultTargets(vault.vault);
      api = await AdminApi.start({ place: at.place, home, targets, config: { vault: vault.place } });
    });
    afterAll(async () => {
      await api?.close();
      await vault?.vault[Symbol.asyncDispose]();
      await at?.end();
      rmSync(home, { recursive: true, force: true });
    });

    const jobs = async () => (await api.read<{ jobs: object[] }>(api.ask('GET', '/solves'))).jobs.length;
    const aSolve = () => api.read(api.ask('POST', '/solves', form()), 202);
    const resets = async () => {
      const { jobs: all } = await api.read<{ jobs: SystemJobView[] }>(api.ask('GET', '/system/jobs'));
      return all.filter(({ kind }) => kind === 'reset').length;
    };

    test('it asks for the password and for the phrase of its scope, and else nothing is begun', async () => {
      await aSolve();
      const tries: [object, number, string][] = [
        [{}, 400, 'invalid_request'],
        [withBody('reset data'), 400, 'invalid_request'],
        [withBody('reset full', { scope: 'data' }), 400, 'invalid_request'],
        [withBody('reset all', { scope: 'all' }), 400, 'invalid_request'],
        [withBody('reset data', { scope: 'data', more: 1 }), 400, 'invalid_request'],
        [{ ...withBody('reset data', { scope: 'data' }), password: 'not that one' }, 401, 'unauthenticated'],
      ];
      for (const [body, status, code] of tries)
        expect([body, await api.codeOf(api.ask('POST', '/system/reset', body))]).toEqual([body, [status, code]]);
      expect([await jobs(), await resets()]).toEqual([1, 0]);
    });

    test('a dry run counts what would go, and needs no phrase', async () => {
      const dry = await api.read<DryRun>(api.ask('POST', '/system/reset?dry_run=true', { scope: 'full' }));
      expect(dry.point_of_no_return).toBe('end-jobs');
      expect(dry.steps[0]).toBe('pause');
      expect(dry.effects[0]).toBe('1 jobs would be deleted; 1 of them would be ended first.');
      expect(dry.effects.at(-1)).toBe('A backup is made first.');
      expect([await jobs(), await resets()]).toEqual([1, 0]);
    });

    test('without an engine a full reset is refused, and nothing has changed', async () => {
      targets.hasEngine = false;
      await vault.keep('one');
      const order = withBody('reset full', { scope: 'full' });
      expect(await api.codeOf(api.ask('POST', '/system/reset', order))).toEqual([503, 'engine_unavailable']);
      targets.hasEngine = true;
      expect([await jobs(), await resets(), await vault.has('one')]).toEqual([1, 0, true]);
    });

    test('data: jobs go, accounts stay, and the same key makes one reset', async () => {
      await api.read(api.ask('POST', '/users', { name: 'bob', password: 'another long password 17' }), 201);
      const order = withBody('reset data', { scope: 'data' });
      const headers = { 'idempotency-key': 'once' };
      const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/reset', order, headers), 202);
      expect(await api.ended(id)).toMatchObject({
        ...{ kind: 'reset', status: 'done', failure: null },
        backup_id: expect.stringMatching(/^\w{32}$/),
      });
      // Even where it could not be begun any more.
      await vault.vault.stop();
      await vault.vault.start();
      const again = await api.ask('POST', '/system/reset', order, headers);
      expect([again.headers.get('idempotency-replayed'), ((await again.json()) as SystemJobView).id]).toEqual([
        'true',
        id,
      ]);
      await vault.client.unseal(vault.operator.keys.slice(0, 2));
      expect([await jobs(), await api.users()]).toEqual([0, ['bob', adminName]]);
      expect(await api.acts('system.reset')).toMatchObject([
        { detail: { phase: 'end' } },
        { detail: { phase: 'begin' } },
      ]);
    });

    test('full: all but superusers go, Vault is emptied, restarted and opened with the keys of this job', async () => {
      await aSolve();
      const order = withBody('reset full', { scope: 'full', unseal_keys: vault.operator.keys });
      const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/reset', order), 202);
      await api.signInAgain();
      expect(await api.ended(id)).toMatchObject({ status: 'done', failure: null });
      expect([await jobs(), await api.users(), await vault.has('one')]).toEqual([0, [adminName], false]);
      expect((await vault.client.health()).state).toBe('active');
      expect(targets.acts).toEqual(['stop', 'start']);
      const told = JSON.stringify(await api.acts('system.reset'));
      for (const key of vault.operator.keys) expect(told).not.toContain(key);
      // And it takes jobs again.
      await until(async () => (await api.ask('POST', '/solves', form())).status === 202);
    });

    test('without unseal keys a full reset is refused; who says that Vault is left as it is, stands in the log', async () => {
      const order = withBody('reset full', { scope: 'full' });
      expect(await api.codeOf(api.ask('POST', '/system/reset', order))).toEqual([400, 'invalid_request']);
      const later = { ...order, keys_later: true };
      const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/reset', later), 202);
      await api.signInAgain();
      await until(async () => (await api.job(id)).status === 'waiting_for_operator');
      const leave = (proof: object) => api.ask('POST', `/system/jobs/${id}/continue`, { leave_vault: true, ...proof });
      expect(await api.codeOf(leave({}))).toEqual([400, 'invalid_request']);
      expect(await api.codeOf(leave({ password: 'not that one' }))).toEqual([401, 'unauthenticated']);
      await api.read(leave({ password }), 202);
      expect(await api.ended(id)).toMatchObject({ status: 'done', failure: null });
      expect((await vault.client.health()).state).toBe('sealed');
      expect(await api.acts('system.continue')).toMatchObject([{ target: `job:${id}`, detail: { leave_vault: true } }]);
    });
  });

  const nginxSuite = isHere && missingNginx === undefined ? describe : describe.skip;
  nginxSuite(`certificate, ${name}, nginx`, () => {
    let home: string;
    let root: string;
    let at: StartedPlace;
    let place: ServingPlace;
    let nginx: RunningNginx;
    let targets: FakeNginxTargets;
    let api: AdminApi;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'astrogate-certificate-http-'));
      root = join(home, 'certificates');
      at = await start();
      place = { host: '127.0.0.1', port: await freePort(), serverName: 'localhost' };
      // The api makes the first certificate, without which nginx does not start.
      targets = new FakeNginxTargets({
        get isRunning() {
          return nginx.isRunning;
        },
        reload: () => nginx.reload(),
        restart: () => nginx.restart(),
      } as RunningNginx);
      const config = { certificate: { root, place, names: ['localhost', '127.0.0.1'] } };
      api = await AdminApi.start({ place: at.place, home, targets, config });
      nginx = await startNginx(root, place.port);
    });
    afterAll(async () => {
      await api?.close();
      await nginx?.[Symbol.asyncDispose]();
      await at?.end();
      rmSync(home, { recursive: true, force: true });
    });

    const shown = () => api.read<CertificateView>(api.ask('GET', '/system/certificate'));
    const install = (body: object, status = 202) =>
      api.read<SystemJobView & DryRun>(api.ask('POST', '/system/certificate', { password, ...body }), status);

    test('the first start has made one, and nginx shows it', async () => {
      const first = await shown();
      expect(first).toMatchObject({ names: ['localhost', '127.0.0.1'], from: 'issue', served: true, days_left: 89 });
      expect((await servedCertificate(place)).serial).toBe(first.serial);
    });

    test('it asks for the password, and for what belongs together', async () => {
      const { cert: chain, key: private_key } = await makeCertificate();
      const other = await makeCertificate();
      const tries: [object, number, string][] = [
        [{ from: 'issue', password: 'not that one' }, 401, 'unauthenticated'],
        [{ from: 'elsewhere' }, 400, 'invalid_request'],
        [{ from: 'issue', names: ['sky.example.org'] }, 422, 'certificate_invalid'],
        [{ from: 'issue', chain, private_key }, 400, 'invalid_request'],
        [{ from: 'upload', private_key }, 400, 'invalid_request'],
        [{ from: 'upload', chain }, 409, 'conflict'],
        [{ from: 'upload', chain: `${chain}junk`, private_key }, 400, 'invalid_request'],
        [{ from: 'upload', chain, private_key: other.key }, 422, 'certificate_invalid'],
        [{ from: 'upload', chain, private_key: 'x'.repeat(200_000) }, 413, 'payload_too_large'],
      ];
      const before = await shown();
      for (const [body, status, code] of tries) {
        const answer = await api.ask('POST', '/system/certificate', { password, ...body });
        const text = await answer.text();
        expect([Object.keys(body), answer.status, JSON.parse(text).code]).toEqual([Object.keys(body), status, code]);
        // No error repeats a key.
        expect(text).not.toContain(private_key.slice(40, 80));
      }
      expect(await shown()).toEqual(before);
    });

    test('a dry run says what would be installed, and that of what cannot be installed why', async () => {
      const { cert: chain, key: private_key } = await makeCertificate();
      const before = await shown();
      const body = { from: 'upload', chain, private_key };
      const dry = await api.read<DryRun>(api.ask('POST', '/system/certificate?dry_run=true', body));
      expect(dry.effects[0]).toMatch(
        /^the certificate of localhost with serial \w+, valid until .* would be installed\.$/,
      );
      expect(dry.effects[1]).toContain(before.serial);
      const old = await makeCertificate({ from: -90, to: -1 });
      const expired = { from: 'upload', chain: old.cert, private_key: old.key };
      expect(await api.codeOf(api.ask('POST', '/system/certificate?dry_run=true', expired))).toEqual([
        ...[422, 'certificate_invalid'],
      ]);
      expect(await shown()).toEqual(before);
    });

    test('an uploaded one is installed, shown, and told of without its key', async () => {
      const { cert: chain, key: private_key } = await makeCertificate();
      const { id } = await install({ from: 'upload', chain, private_key });
      expect(await api.ended(id)).toMatchObject({ kind: 'certificate', status: 'done', failure: null });
      const now = await shown();
      expect(now).toMatchObject({ from: 'upload', served: true, names: ['localhost'] });
      expect((await servedCertificate(place)).serial).toBe(now.serial);
      expect(targets.acts.map(([act]) => act)).toEqual(['reload']);
      const told = JSON.stringify([await api.acts('system.certificate'), await api.job(id)]);
      expect(told).not.toContain(private_key.slice(40, 80));
      expect(told).not.toContain('BEGIN');
      expect(await api.acts('system.certificate')).toMatchObject([
        ...[
          { result: 'done', detail: { phase: 'end' } },
          { result: 'done', detail: { phase: 'begin' } },
        ],
      ]);
      // This one and the one before.
      expect(readdirSync(root)).toHaveLength(3);
    });

    test('issued without names it is for those that the server is configured with', async () => {
      const { id } = await install({ from: 'issue', restart: true });
      expect(await api.ended(id)).toMatchObject({ status: 'done' });
      expect(await shown()).toMatchObject({ names: ['localhost', '127.0.0.1'], from: 'issue', served: true });
      expect(targets.acts.map(([act]) => act)).toEqual(['reload', 'restart']);
    });
  });
}

test('a server that looks after no certificate says so', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-no-certificate-'));
  const api = await AdminApi.start({ place: { stateDir: join(home, 'state') }, home, targets: new FakeTargets() });
  try {
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? { password, from: 'issue' } : undefined;
      const answer = await api.ask(method, '/system/certificate', body);
      expect([method, answer.status, await answer.text()]).toEqual([
        ...[method, 400, expect.stringContaining('API_CERTIFICATE_DIR is not set')],
      ]);
    }
  } finally {
    await api.close();
    rmSync(home, { recursive: true, force: true });
  }
});
