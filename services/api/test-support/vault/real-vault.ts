// A real Vault, such as deploy/vault/build/build.sh makes, as a plain process on loopback with integrated storage and TLS.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@astrogate/local';
import { makeCertificates } from '../certificates.js';
import type { RunningVault } from './running-vault.js';

export async function startRealVault(binary: string): Promise<RunningVault> {
  const dir = mkdtempSync(join(tmpdir(), 'astrogate-vault-'));
  const { dir: certs, server } = await makeCertificates({
    names: [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'localhost' },
    ],
  });
  const address = `127.0.0.1:${await freePort()}`;
  const cluster = `127.0.0.1:${await freePort()}`;
  mkdirSync(join(dir, 'data'));
  const config = join(dir, 'config.hcl');
  writeFileSync(config, configuration({ dir, address, cluster, cert: server.cert, key: server.key }));
  let running: ChildProcess | undefined;

  async function stop() {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  async function start() {
    // Its environment is empty, so that no VAULT_… variable of whoever runs the tests has a say.
    running = spawn(binary, ['server', `-config=${config}`], { stdio: 'ignore', env: {} });
    await once(running, 'spawn');
  }

  await start();
  return {
    address: `https://${address}`,
    ca: readFileSync(server.ca, 'utf8'),
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      for (const each of [dir, certs]) rmSync(each, { recursive: true });
    },
  };
}

function configuration(given: { dir: string; address: string; cluster: string; cert: string; key: string }): string {
  return `ui = false
disable_mlock = true
api_addr = "https://${given.address}"
cluster_addr = "https://${given.cluster}"
storage "raft" {
  path = "${given.dir}/data"
  node_id = "vault"
  performance_multiplier = 1
}
listener "tcp" {
  address = "${given.address}"
  cluster_address = "${given.cluster}"
  tls_cert_file = "${given.cert}"
  tls_key_file = "${given.key}"
}
`;
}
