// `npm start` as a user runs it, from a clone that nobody but its owner may enter.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerCli, places } from '@astrogate/local';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { eventually, sandboxesOf } from '../src/test-stack.js';

const { dockerHost } = testEnvironment();
const isRoot = process.getuid?.() === 0;
let closed: string;
let clone: string;

beforeAll(() => {
  closed = mkdtempSync(join(tmpdir(), 'astrogate-closed-'));
  clone = join(closed, 'clone');
  mkdirSync(clone, { mode: 0o700 });
  // Hard links: a second clone, dependencies and all, in a second.
  const parts = readdirSync(places.root).filter((name) => name !== '.astrogate' && name !== '.git');
  execFileSync('cp', ['-al', ...parts.map((name) => join(places.root, name)), clone]);
}, 60_000);

afterAll(() => {
  for (const home of homesOf(clone)) rmSync(home, { recursive: true, force: true });
  rmSync(closed, { recursive: true, force: true });
});

/** What a run as root keeps outside the clone. */
function homesOf(root: string): string[] {
  const script = `import('${root}/deploy/local/dist/places.js').then(({ places }) => console.log(JSON.stringify([places.api, places.run])))`;
  const [api, run] = JSON.parse(execFileSync(process.execPath, ['-e', script]).toString()) as [string, string];
  return isRoot ? [join(api, '..'), run] : [];
}

function start(
  args: string[],
  env: NodeJS.ProcessEnv = { DOCKER_HOST: dockerHost },
): { child: ChildProcess; text: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['deploy/local/bin/start.js', ...args], {
    cwd: clone,
    env: { PATH: process.env.PATH, ASTROGATE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (output += bytes));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, text: () => output, ended };
}

/** Processes whose command line names the clone or its home outside of it. */
function processesOf(root: string): { pid: number; command: string }[] {
  const marks = [root, ...homesOf(root)];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return marks.some((mark) => command.includes(mark)) ? [{ pid: Number(pid), command }] : [];
    } catch {
      return [];
    }
  });
}

describe('npm start', () => {
  test('--once solves the sample, says where it points, and ends with 0', async () => {
    const run = start(['--once']);
    expect(await run.ended).toBe(0);
    expect(run.text()).toMatch(/RA\s+[\d.]+/);
    expect(run.text()).toMatch(/Dec\s+[-+]?[\d.]+/);
    expect(run.text()).not.toContain('ready http');
  }, 180_000);

  test('serves until it is interrupted; the api is nobody who could open the socket; nothing is left', async () => {
    const run = start([]);
    await eventually(
      'it is ready',
      120_000,
      () => /^ready http:\/\/127\.0\.0\.1:\d+$/m.test(run.text()) || run.child.exitCode !== null,
    );
    const url = /^ready (http:\S+)$/m.exec(run.text())?.[1];
    expect(run.text()).toContain('ready http');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const keyFile = join(clone, '.astrogate/dev-api-key');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const authorization = `Bearer ${readFileSync(keyFile, 'utf8').trim()}`;
    const me = await fetch(`${url}/api/v1/auth/me`, { headers: { authorization } });
    expect(await me.json()).toMatchObject({ name: 'developer', role: 'admin', is_superuser: true });

    const api = processesOf(clone).find(({ command }) => command.includes('api.mjs'));
    const ids = readFileSync(`/proc/${api?.pid}/status`, 'utf8');
    if (isRoot) {
      expect(/^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(ids)?.slice(1)).toEqual(['65531', '65531', '65531']);
      expect(/^Gid:\t(\d+)\t(\d+)\t(\d+)/m.exec(ids)?.slice(1)).toEqual(['65531', '65531', '65531']);
      expect(/^Groups:\t *(.*)$/m.exec(ids)?.[1]?.trim()).toBe('');
      expect(/^CapEff:\t(\w+)/m.exec(ids)?.[1]).toBe('0000000000000000');
      expect(canConnectAs(65_531)).toMatch(/EACCES/);
      expect(reachOf(api?.pid)).not.toMatch(/docker|containerd/i);
    } else {
      expect(/^Uid:\t(\d+)/m.exec(ids)?.[1]).toBe(String(process.getuid?.()));
    }

    // Other runs share the engine: only this clone's own sandboxes count.
    const sandboxes = () => sandboxesOf(new DockerCli(dockerHost), join(clone, '.astrogate', 'solver'));
    expect((await sandboxes()).length).toBeGreaterThan(0);

    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(processesOf(clone)).toEqual([]);
    expect(await sandboxes()).toEqual([]);
  }, 180_000);

  test('refuses what it does not know, and an engine that does not answer, with one clear line', async () => {
    const wrong = start(['--onse']);
    expect(await wrong.ended).toBe(2);
    expect(wrong.text()).toContain('--once');
    const nowhere = start(['--once'], { DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.text()).toContain('no Docker Engine answers at DOCKER_HOST=unix:///nonexistent/docker.sock');
  }, 60_000);

  test('--no-install installs nothing and says what is missing', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'astrogate-bin-'));
    symlinkSync(process.execPath, join(bin, 'node'));
    const run = start(['--once', '--no-install'], { DOCKER_HOST: dockerHost, PATH: bin });
    expect(await run.ended).toBe(1);
    expect(run.text()).toContain('docker is missing and --no-install was given');
    rmSync(bin, { recursive: true });
  }, 60_000);
});

/** What a process was told and holds: its environment, its arguments and its open files, a line each. */
function reachOf(pid: number | undefined): string {
  const told = ['environ', 'cmdline'].map((name) =>
    readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', '\n'),
  );
  const held = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
  // A socket's name is its inode; that of the other end of a unix socket stands in this table.
  const inodes = held.flatMap((name) => /^socket:\[(\d+)\]$/.exec(name)?.[1] ?? []);
  const sockets = readFileSync(`/proc/${pid}/net/unix`, 'utf8').split('\n');
  return [...told, ...held, ...sockets.filter((line) => inodes.some((inode) => line.includes(` ${inode} `)))].join(
    '\n',
  );
}

/** What happens when `uid` tries to open the engine's socket. */
function canConnectAs(uid: number): string {
  const socket = dockerHost.replace('unix://', '');
  const script = `require('net').connect(${JSON.stringify(socket)}).on('connect', () => { console.log('connected'); process.exit(); }).on('error', (e) => console.log(e.code))`;
  const node = join(homesOf(clone)[0] as string, 'api', 'node');
  return execFileSync(node, ['-e', script], { uid, gid: uid, cwd: '/' }).toString();
}
