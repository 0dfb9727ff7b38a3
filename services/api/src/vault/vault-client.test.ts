import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCertificates } from '../../test-support/certificates.js';
import type { ContractFaults } from '../../test-support/vault/contract-answers.js';
import { initialise, type Operator } from '../../test-support/vault/operator.js';
import type { RunningVault } from '../../test-support/vault/running-vault.js';
import { startContractServer } from '../../test-support/vault/vault-contract-server.js';
import { vaultKinds } from '../../test-support/vault/vault-kinds.js';
import { createSession } from './session.js';
import { createVaultClient, type VaultClient } from './vault-client.js';
import type { VaultPlace } from './vault-place.js';
import { createVaultWay, type Question, type VaultWay } from './vault-way.js';

/** A limit that only a Vault that hangs reaches. */
const patient = () => AbortSignal.timeout(45_000);

describe.each(vaultKinds)('with %s', (_name, startVault) => {
  let dir: string;
  let vaults: RunningVault[];
  let faults: ContractFaults;
  beforeEach(() => {
    faults = {};
    dir = mkdtempSync(join(tmpdir(), 'astrogate-vault-client-'));
    vaults = [];
  });
  afterEach(async () => {
    for (const vault of vaults) await vault[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  async function newVault(): Promise<RunningVault> {
    const vault = await startVault(faults);
    vaults.push(vault);
    return vault;
  }

  /** Before anyone has made us an AppRole: enough for what needs no token. */
  const stranger = (vault: RunningVault): VaultClient =>
    createVaultClient({ address: vault.address, ca: vault.ca, roleId: 'none', secretIdFile: join(dir, 'none') });

  interface Ready {
    vault: RunningVault;
    operator: Operator;
    place: VaultPlace;
    client: VaultClient;
  }

  /** An open Vault with our AppRole, and "old" as its secret. */
  async function readyVault(ttl?: string): Promise<Ready> {
    const vault = await newVault();
    await stranger(vault).waitUntil('uninitialised', patient());
    const operator = await initialise(vault);
    await stranger(vault).unseal(operator.keys.slice(0, 2));
    await stranger(vault).waitUntil('active', patient());
    const place = await operator.makeAppRole(dir, ttl);
    await operator.write('old');
    return { vault, operator, place, client: createVaultClient(place) };
  }

  async function restart({ vault, client }: Ready) {
    await vault.stop();
    await vault.start();
    return client.waitUntil(['sealed', 'active'], patient());
  }

  test('it is uninitialised, then sealed, then active, and sealed again after a restart', async () => {
    const vault = await newVault();
    const client = stranger(vault);
    expect(await client.waitUntil('uninitialised', patient())).toMatchObject({ state: 'uninitialised' });
    await expect(client.unseal(['00'.repeat(33)])).rejects.toMatchObject({ code: 'vault_unavailable' });
    const { keys } = await initialise(vault);
    expect(await client.health()).toMatchObject({ state: 'sealed', shares: { needed: 2, all: 3, given: 0 } });
    await client.unseal([keys[2] as string, keys[0] as string]);
    await client.waitUntil('active', patient());
    expect(await client.unseal(keys)).toMatchObject({ state: 'active' });
    await vault.stop();
    await expect(client.health()).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: 'Vault cannot be reached: nothing listens there',
    });
    await vault.start();
    expect(await client.waitUntil(['sealed', 'active'], patient())).toMatchObject({ state: 'sealed' });
  });

  test('keys that are wrong, too few or no keys do not open it, stay nowhere, and the right ones do after that', async () => {
    const vault = await newVault();
    const client = stranger(vault);
    await client.waitUntil('uninitialised', patient());
    const { keys, ask } = await initialise(vault);
    const [first = '', second = ''] = keys;
    const base64 = Buffer.from(first, 'hex').toString('base64');
    const wrong = `${first.slice(0, -4)}${first.endsWith('0000') ? '1111' : '0000'}`;
    for (const shares of [[], [first], [first, first], [first, base64], [first, wrong], ['no key', first]]) {
      await expect(client.unseal(shares)).rejects.toMatchObject({ code: 'unseal_failed' });
      await expect(client.unseal(shares)).rejects.toThrow(new RegExp(`^(?!.*${first})`));
      expect(await client.health()).toMatchObject({ state: 'sealed', shares: { given: 0 } });
    }
    // A key that someone gave before is not mixed with ours.
    await ask('POST', 'sys/unseal', { key: wrong });
    expect(await client.health()).toMatchObject({ shares: { given: 1 } });
    await client.unseal([first, ` ${second}\n`]);
    expect(await client.waitUntil('active', patient())).toMatchObject({ state: 'active' });
  });

  test('a restored snapshot brings the old value back, and stays after a restart', async () => {
    const ready = await readyVault();
    const { client, operator } = ready;
    const snapshot = await buffer(await client.snapshot());
    await operator.write('new');
    const restored = await client.restoreSnapshot(Readable.from([snapshot]), patient());
    expect(restored.state).toBe('active');
    expect(await restored.isApplied()).toBe(true);
    expect(await operator.read()).toBe('old');
    expect(await restart(ready)).toMatchObject({ state: 'sealed' });
    await expect(client.snapshot()).rejects.toMatchObject({ code: 'vault_sealed' });
    await client.unseal(operator.keys);
    await client.waitUntil('active', patient());
    expect(await operator.read()).toBe('old');
    expect((await buffer(await client.snapshot())).length).toBeGreaterThan(0);
  });

  /** In two parts, between which a token of `shortTtl` lapses that is not renewed. A real Vault takes seconds to apply it. */
  const [shortTtl, longerMs] = startVault === startContractServer ? ['3s', 4_000] : ['20s', 22_000];
  async function* slowly(bytes: Buffer) {
    yield bytes.subarray(0, 100);
    await new Promise((resolve) => setTimeout(resolve, longerMs));
    yield bytes.subarray(100);
  }

  test('a snapshot that is sent for longer than a token lives is proved all the same', async () => {
    const { client, operator } = await readyVault(shortTtl);
    const snapshot = await buffer(await client.snapshot());
    await operator.write('new');
    const restored = await client.restoreSnapshot(Readable.from(slowly(snapshot)), patient());
    expect(restored.state).toBe('active');
    expect(await operator.read()).toBe('old');
  });

  if (startVault === startContractServer)
    test('a Vault that has not put such a snapshot in place is not believed to have', async () => {
      faults.failsToApply = true;
      const { client } = await readyVault(shortTtl);
      const snapshot = await buffer(await client.snapshot());
      const restored = await client.restoreSnapshot(Readable.from(slowly(snapshot)), patient());
      expect(restored.state).toBe('sealed');
    });

  test('a snapshot of other keys seals it; then those keys open it, and its own do not', async () => {
    const first = await readyVault();
    const snapshot = await buffer(await first.client.snapshot());
    const second = await readyVault();
    await second.operator.write('of the second');
    const restored = await second.client.restoreSnapshot(Readable.from([snapshot]), patient());
    expect(restored.state).toBe('sealed');
    await expect(restored.isApplied()).rejects.toMatchObject({ code: 'vault_sealed' });
    expect(await restart(second)).toMatchObject({ state: 'sealed' });
    await expect(second.client.unseal(second.operator.keys)).rejects.toMatchObject({ code: 'unseal_failed' });
    await second.client.unseal(first.operator.keys);
    await second.client.waitUntil('active', patient());
    expect(await restored.isApplied()).toBe(true);
    const root = createVaultWay(second.vault);
    const { status } = await root.ask({ method: 'GET', path: 'auth/token/lookup-self', token: 'none' });
    expect(status).toBe(403);
    // Our AppRole is the first one's now, and the secret id in the file is not.
    await expect(second.client.login()).rejects.toMatchObject({ code: 'vault_denied' });
  });

  test('a snapshot that is cut off on the way here is no snapshot', async () => {
    const { client, place } = await readyVault();
    const whole = await buffer(await client.snapshot());
    const cut = await cuttingProxy(place.address, Math.floor(whole.length / 2) + 4096);
    const through = createVaultClient({ ...place, address: cut.address });
    await through.login();
    await expect(through.snapshot().then(buffer)).rejects.toMatchObject({ code: 'vault_unavailable' });
    cut.close();
  });

  test('a snapshot that is damaged or cut off on the way there is not taken, and Vault keeps what it has', async () => {
    const { client, operator } = await readyVault();
    const whole = await buffer(await client.snapshot());
    await operator.write('new');
    const half = whole.subarray(0, Math.floor(whole.length / 2));
    const flipped = Buffer.from(whole);
    flipped[half.length] = (flipped[half.length] as number) ^ 0xff;
    for (const bytes of [half, flipped, Buffer.from('no snapshot'), Buffer.alloc(0)]) {
      const given = client.restoreSnapshot(Readable.from([bytes], { objectMode: false }), patient());
      await expect(given).rejects.toMatchObject({ code: 'snapshot_rejected' });
    }
    async function* breaking() {
      yield half;
      throw new Error('the disk broke');
    }
    await expect(client.restoreSnapshot(Readable.from(breaking()), patient())).rejects.toThrow();
    expect(await client.health()).toMatchObject({ state: 'active' });
    expect(await operator.read()).toBe('new');
  });

  /** The same way, and what was asked over it. */
  function recording(way: VaultWay, paths: string[]): VaultWay {
    const note = (question: Question) => {
      paths.push(question.path);
      return question;
    };
    return { ask: (question) => way.ask(note(question)), open: (question) => way.open(note(question)) };
  }

  test('our token is renewed before it lapses, and made anew when it lapsed or is not known any more', async () => {
    const { place } = await readyVault();
    const paths: string[] = [];
    let minutes = 0;
    const session = createSession(recording(createVaultWay(place), paths), place, () => minutes * 60_000);
    const first = await session.token();
    minutes = 5;
    expect(await session.token()).toBe(first);
    expect(paths.splice(0)).toEqual(['auth/approle/login']);
    minutes = 8;
    expect(await session.token()).toBe(first);
    minutes = 12;
    expect(await session.token()).toBe(first);
    expect(paths.splice(0)).toEqual(['auth/token/renew-self']);
    minutes = 30;
    const second = await session.token();
    expect(second).not.toBe(first);
    expect(paths.splice(0)).toEqual(['auth/approle/login']);
    await createVaultWay(place).ask({ method: 'POST', path: 'auth/token/revoke-self', token: second, json: {} });
    expect(await session.ask({ method: 'GET', path: 'auth/token/lookup-self' })).toMatchObject({ status: 200 });
    minutes = 38;
    await createVaultWay(place).ask({
      method: 'POST',
      path: 'auth/token/revoke-self',
      token: await session.token(),
      json: {},
    });
    minutes = 46;
    expect(await session.token()).not.toBe(second);
  });

  test('a secret id that Vault does not take is told, and a new one in the file is used', async () => {
    const { place, operator, client } = await readyVault();
    writeFileSync(place.secretIdFile, 'wrong-secret-id');
    await expect(client.login()).rejects.toMatchObject({
      code: 'vault_denied',
      message: 'Vault does not take our role id and secret id',
    });
    await expect(client.login()).rejects.toThrow(/^(?!.*wrong-secret-id)/);
    const { json } = await operator.ask('POST', 'auth/approle/role/astrogate/secret-id', {});
    writeFileSync(place.secretIdFile, (json as { data: { secret_id: string } }).data.secret_id);
    await client.login();
  });

  test('whether it lets us in is asked, and not remembered', async () => {
    const ready = await readyVault();
    await ready.client.login();
    expect(await restart(ready)).toMatchObject({ state: 'sealed' });
    await expect(ready.client.login()).rejects.toMatchObject({ code: 'vault_sealed' });
    await ready.client.unseal(ready.operator.keys);
    await ready.client.waitUntil('active', patient());
    await ready.client.login();
  });

  test('our policy lets us do nothing that is not listed', async () => {
    const { place, operator } = await readyVault();
    const session = createSession(createVaultWay(place), place);
    const token = await session.token();
    const denied: [method: 'GET' | 'POST', path: string, json?: object][] = [
      ['GET', 'secret/astrogate'],
      ['POST', 'secret/astrogate', { value: 'x' }],
      ['GET', 'sys/policies/acl/astrogate'],
      ['POST', 'sys/policies/acl/astrogate', { policy: 'path "*" { capabilities = ["sudo"] }' }],
      ['POST', 'auth/token/create', { policies: ['root'] }],
      ['POST', 'auth/approle/role/astrogate/secret-id', {}],
      ['POST', 'sys/seal', {}],
      ['POST', 'sys/storage/raft/snapshot', {}],
      ['GET', 'sys/storage/raft/configuration'],
      ['GET', 'sys/mounts'],
    ];
    for (const [method, path, json] of denied) {
      expect({ path, ...(await operator.ask(method, path, json, token)) }).toMatchObject({ path, status: 403 });
    }
    expect(await operator.read()).toBe('old');
  });
});

describe('a Vault that is not there', () => {
  let dir: string;
  let ca: string;
  let place: VaultPlace;
  const servers: Server[] = [];
  beforeEach(async () => {
    const certificates = await makeCertificates();
    dir = certificates.dir;
    writeFileSync(join(dir, 'secret-id'), 'secret');
    ca = certificates.server.ca;
    place = { address: '', ca: '', roleId: 'role', secretIdFile: join(dir, 'secret-id') };
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(dir, { recursive: true });
  });

  test('is waited for until the caller gives up', async () => {
    const silent = createServer();
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const client = createVaultClient({
      ...place,
      address: `https://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    await expect(client.waitUntil('active', AbortSignal.timeout(300))).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: 'Vault did not become active: it cannot be reached',
    });
    await expect(client.health(AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.login(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('but has a certificate of another authority, is not trusted and gets no secret', async () => {
    const vault = await startContractServer();
    const { readFileSync } = await import('node:fs');
    const client = createVaultClient({ ...place, address: vault.address, ca: readFileSync(ca, 'utf8') });
    await expect(client.login()).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: 'Vault cannot be reached: its certificate is not that of VAULT_CA_FILE',
    });
    await vault[Symbol.asyncDispose]();
  });
});

/** A way to `address` on which a connection breaks after `bytes` bytes from there. */
async function cuttingProxy(address: string, bytes: number): Promise<{ address: string; close(): void }> {
  const { hostname, port } = new URL(address);
  const proxy = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    let passed = 0;
    inner.on('error', () => {}).on('close', () => outer.destroy());
    outer.on('error', () => {}).on('close', () => inner.destroy());
    inner.on('data', (chunk) => outer.write(chunk));
    outer.on('data', (chunk) => {
      passed += chunk.length;
      if (passed > bytes) inner.destroy();
      else inner.write(chunk);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { address: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`, close: () => proxy.close() };
}
