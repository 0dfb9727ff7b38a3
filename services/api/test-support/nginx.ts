// A real nginx as a plain process on loopback, with everything of its own below one directory. Found where Debian's package
// puts it, or where `dpkg -x nginx_*.deb .astrogate/nginx` has unpacked it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@astrogate/local';
import { servedCertificate } from '../src/system/certificate/served.js';
import { until } from './running-api.js';

const places = [fileURLToPath(new URL('../../../.astrogate/nginx/usr/sbin/nginx', import.meta.url)), '/usr/sbin/nginx'];

export const nginxBinary = places.find((path) => existsSync(path));
/** Why it is not here; undefined: it is. */
export const missingNginx =
  nginxBinary === undefined ? 'no nginx is installed (Debian: apt-get install nginx-light)' : undefined;

export interface RunningNginx extends AsyncDisposable {
  readonly port: number;
  /** HUP, as `docker kill -s HUP` sends it: nobody hears whether it could read its files. */
  reload(): void;
  /** Also from stopped. Resolves when it answers, or has ended because it could not read its files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  readonly isRunning: boolean;
  errors(): string;
}

/** Serves `<root>/current/{fullchain,privkey}.pem`, which must be there. */
export async function startNginx(root: string, wantedPort?: number): Promise<RunningNginx> {
  const dir = mkdtempSync(join(tmpdir(), 'astrogate-nginx-'));
  const port = wantedPort ?? (await freePort());
  const config = join(dir, 'nginx.conf');
  const log = join(dir, 'error.log');
  mkdirSync(join(dir, 'temp'));
  writeFileSync(config, configuration(dir, root, port));
  writeFileSync(log, '');
  let child: ChildProcess | undefined;
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  async function stop() {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill('SIGTERM');
    await once(ending, 'exit');
  }
  async function start() {
    child = spawn(nginxBinary as string, ['-e', log, '-p', dir, '-c', config], { stdio: 'ignore' });
    await once(child, 'spawn');
    const place = { host: '127.0.0.1', port, serverName: 'localhost' };
    let last: unknown;
    const answers = () =>
      servedCertificate(place).then(
        () => true,
        (error) => {
          last = error.cause ?? error;
          return false;
        },
      );
    await until(async () => !isRunning() || (await answers())).catch((error) => {
      throw new Error(`nginx ${child?.pid} does not answer at ${port}: ${last}\n${readFileSync(log, 'utf8')}`, {
        cause: error,
      });
    });
  }

  await start();
  return {
    port,
    get isRunning() {
      return isRunning();
    },
    reload: () => void child?.kill('SIGHUP'),
    async restart() {
      await stop();
      await start();
    },
    stop,
    errors: () => readFileSync(log, 'utf8'),
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function configuration(dir: string, root: string, port: number): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/temp/${name};`,
  );
  return `${process.getuid?.() === 0 ? 'user root root;' : ''}
daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log info;
events { worker_connections 64; }
http {
  access_log off;
  ${temp.join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl;
    server_name localhost;
    ssl_certificate ${root}/current/fullchain.pem;
    ssl_certificate_key ${root}/current/privkey.pem;
    location / { return 200 "it is served\\n"; }
  }
}
`;
}
