// Vault beside the compose deployment without nginx, in the hardened profile: who reaches Vault, and that docker-guard lets
// the solver restart it, and nothing more.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { testEnvironment } from '../../src/config.js';
import { Admin, password } from '../../src/deployment/admin.js';
import { type Deployment, startDeployment } from '../../src/deployment/deployment.js';
import { type Picture, solveOverHttps } from '../../src/deployment/solve-over-https.js';
import { sampleSkyJpeg } from '../../src/skies.js';

jest.setTimeout(180_000);

const suite = testEnvironment().hasVault ? describe : describe.skip;

suite('with Vault and docker-guard', () => {
  let deployment: Deployment;
  let admin: Admin;
  let picture: Picture;

  beforeAll(async () => {
    deployment = await startDeployment(['vault', 'hardened']);
    admin = new Admin(deployment, () => '');
    await admin.begin();
    picture = await sampleSkyJpeg(deployment.cli, testEnvironment().sandboxImage);
  }, 300_000);

  afterAll(async () => {
    await deployment?.[Symbol.asyncDispose]();
  }, 60_000);

  test('it has no privilege, publishes nothing, and shares a network with the api alone', async () => {
    const { Config, HostConfig, NetworkSettings } = await deployment.inspect('vault');
    expect([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.CapAdd]).toEqual([
      ...['65528:65528', true, ['ALL']],
      null,
    ]);
    expect(Object.values(NetworkSettings.Ports).filter(Boolean)).toEqual([]);
    const network = `${deployment.project}_vault`;
    expect(Object.keys(NetworkSettings.Networks)).toEqual([network]);
    const [{ Internal, Containers }] = JSON.parse(
      (await deployment.cli.run(['network', 'inspect', network])).toString(),
    ) as [{ Internal: boolean; Containers: Record<string, unknown> }];
    const ids = await Promise.all(['api', 'vault'].map(async (service) => (await deployment.inspect(service)).Id));
    expect([Internal, Object.keys(Containers).sort()]).toEqual([true, ids.sort()]);
  });

  test('tokens and keys are in no environment and no argument of a container', async () => {
    const inspected = JSON.stringify(await Promise.all(['api', 'vault', 'solver'].map(deployment.inspect)));
    const { rootToken = '', unsealKeys = [] } = deployment.vaultKeys ?? {};
    for (const secret of [rootToken, ...unsealKeys]) expect(inspected).not.toContain(secret);
  });

  test('a restore of Vault alone restarts it through the guard, and is followed by a solve', async () => {
    expect((await admin.ask('GET', '/system/capabilities')).body).toMatchObject({
      engine: true,
      targets: expect.arrayContaining([{ alias: 'vault', state: 'running' }]),
      vault: { reachable: true, sealed: false },
    });
    const made = await admin.run('/system/backups', { parts: ['vault'] });
    expect(made).toMatchObject({ status: 'done', failure: null });
    const before = (await deployment.inspect('vault')).State.StartedAt;
    const job = await admin.run(`/system/backups/${made.backup_id}/restore`, {
      ...{ password, phrase: `restore ${made.backup_id}` },
      unseal_keys: deployment.vaultKeys?.unsealKeys.slice(0, 3),
    });
    expect(job).toMatchObject({ status: 'done', failure: null });
    expect((await deployment.inspect('vault')).State.StartedAt).not.toBe(before);
    expect(await solveOverHttps('', deployment.url, picture)).toBeLessThan(0.05);
  });
});
