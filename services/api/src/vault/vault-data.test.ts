import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ourPolicy } from '../../test-support/vault/operator.js';
import { makeReady } from '../../test-support/vault/ready-vault.js';
import type { RunningVault } from '../../test-support/vault/running-vault.js';
import { vaultKinds } from '../../test-support/vault/vault-kinds.js';

describe.each(vaultKinds)('with %s', (_name, startVault) => {
  let dir: string;
  let vault: RunningVault;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'astrogate-vault-data-'));
    vault = await startVault();
  });
  afterEach(async () => {
    await vault[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  test('what we keep is counted and cleared, whatever its name; what others keep stays', async () => {
    const { client, keep, has, operator } = await makeReady(vault, dir);
    expect(await client.data.count()).toBe(0);
    expect(await client.data.clear()).toBe(0);
    const names = ['one', 'keys/4A', 'keys/4B', 'keys/deep/er', 'a%20b'];
    await keep(...names);
    await operator.write('of somebody else');
    expect(await client.data.count()).toBe(names.length);
    expect(await client.data.clear()).toBe(names.length);
    for (const name of names) expect(await has(name)).toBe(false);
    expect(await client.data.count()).toBe(0);
    expect(await operator.read()).toBe('of somebody else');
  });

  test('whether we may delete is known before anything is', async () => {
    const { client, keep, has, operator } = await makeReady(vault, dir);
    await keep('one');
    await client.data.needDelete();
    for (const capability of [', "delete"', '["update"]']) {
      const policy = ourPolicy.replaceAll(capability, capability.startsWith(',') ? '' : '["deny"]');
      await operator.ask('POST', 'sys/policies/acl/astrogate', { policy });
      await expect(client.data.needDelete()).rejects.toMatchObject({ code: 'vault_denied' });
    }
    expect(await has('one')).toBe(true);
    await vault.stop();
    await expect(client.data.needDelete()).rejects.toMatchObject({ code: 'vault_unavailable' });
  });

  test('sealed or away, it is said so and nothing is cleared', async () => {
    const { client, keep, has, operator } = await makeReady(vault, dir);
    await keep('one');
    await vault.stop();
    await expect(client.data.clear()).rejects.toMatchObject({ code: 'vault_unavailable' });
    await vault.start();
    await client.waitUntil('sealed', AbortSignal.timeout(45_000));
    await expect(client.data.clear()).rejects.toMatchObject({ code: 'vault_sealed' });
    await client.unseal(operator.keys);
    await client.waitUntil('active', AbortSignal.timeout(45_000));
    expect(await has('one')).toBe(true);
  });
});
