// A PostgreSQL server for tests: a cluster of its own in a temporary directory, on a loopback port, run by an account
// without rights. It can be killed and started again.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { places } from '../places.js';
import { runCommand } from '../run-command.js';
import { type ServerProcess, startServerProcess } from '../server-process.js';
import { Advice } from '../step.js';

const superuser = 'astrogate';
const readyMs = 30_000;

export interface PostgresServer {
  /** Of an empty database; holds a password. */
  readonly url: string;
  readonly port: number;
  /** Ends it as a power switch would end a process: no word to anybody. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and port. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  end(): Promise<void>;
}

/** Starts a server with the programs in `bin`. Throws Advice with the end of its log when it does not start. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const account = places.isRoot ? await accountOf('postgres') : undefined;
  const home = mkdtempSync(join(tmpdir(), 'astrogate-postgres-'));
  const data = join(home, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [home, passwordFile]) chownSync(path, account.uid, account.gid);
  const initialise = [
    ...[join(bin, 'initdb'), '--pgdata', data, '--username', superuser, '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
  ];
  await runAs(account, initialise, home);
  const port = await freePort();
  const run = () => startServer(bin, { account, data, home, port });
  let server = await run();
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`,
    port,
    kill: () => endServer(server, 'SIGKILL'),
    async restart() {
      server = await run();
    },
    async end() {
      await endServer(server, 'SIGQUIT');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

type Account = { uid: number; gid: number } | undefined;

interface ServerPlace {
  account: Account;
  data: string;
  home: string;
  port: number;
}

function startServer(bin: string, { account, data, home, port }: ServerPlace): Promise<ServerProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${home}`,
    'max_connections=60',
  ];
  return startServerProcess({
    name: 'PostgreSQL',
    argv: [join(bin, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    cwd: home,
    account,
    readyMs,
    answers: () => answers(bin, port),
    end: (server) => endServer(server, 'SIGKILL'),
  });
}

async function answers(bin: string, port: number): Promise<boolean> {
  return runCommand([join(bin, 'pg_isready'), '--quiet', '--host', '127.0.0.1', '--port', String(port)]).then(
    () => true,
    () => false,
  );
}

/** Kills the processes of the connections too: they are children, and would live on for a moment. */
async function endServer({ process: server, exited }: ServerProcess, signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
  const children = signal === 'SIGKILL' ? childrenOf(server.pid) : [];
  server.kill(signal);
  for (const pid of children) killIfThere(pid);
  await exited;
}

function childrenOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended with its parent.
  }
}

/** PostgreSQL refuses to run as root. */
async function accountOf(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => runCommand(['id', what, name])));
  return { uid: Number(uid), gid: Number(gid) };
}

async function runAs(account: Account, argv: readonly string[], cwd: string): Promise<void> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], ...account });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Advice(`${program} ended with ${code}:\n${said}`);
}
