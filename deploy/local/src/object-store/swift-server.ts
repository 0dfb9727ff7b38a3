// An S3-compatible server for tests: OpenStack Swift with its data in a temporary directory, on loopback, run by an
// account without rights. It can be killed and started again.
import { createHmac, randomBytes } from 'node:crypto';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { places } from '../places.js';
import { type ServerProcess, startServerProcess } from '../server-process.js';
import { python } from './find-swift.js';
import { type SwiftKeys, swiftFiles, swiftRegion } from './swift-files.js';

const readyMs = 60_000;
/** "nobody" everywhere. */
const account = places.isRoot ? { uid: 65_534, gid: 65_534 } : undefined;
/** It runs from a copy: that account may not be able to reach the clone. */
const program = join(places.root, 'deploy/local/src/object-store/swift.py');

export interface SwiftServer extends SwiftKeys {
  /** "http://127.0.0.1:PORT" */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  makeBucket(name: string): Promise<void>;
  /** Ends it as a power switch would end a process: no word to anybody. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and port. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  end(): Promise<void>;
}

/** Starts a server without a bucket. Throws Advice with the end of what it said when it does not start. */
export async function startSwift(): Promise<SwiftServer> {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-swift-'));
  const keys = { accessKeyId: 'astrogate:test', secretAccessKey: randomBytes(16).toString('hex') };
  const disk = join(home, 'devices', 'disk');
  mkdirSync(disk, { recursive: true });
  const files = Object.entries(swiftFiles(home, keys)).map(([name, text]) => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  });
  copyFileSync(program, join(home, 'swift.py'));
  if (account)
    for (const path of [home, join(home, 'devices'), disk, ...files]) chownSync(path, account.uid, account.gid);
  const port = await freePort();
  let server = await run(home, port);
  return {
    ...keys,
    endpoint: `http://127.0.0.1:${port}`,
    port,
    region: swiftRegion,
    makeBucket: (name) => makeBucket(`http://127.0.0.1:${port}`, name, keys),
    kill: () => end(server),
    async restart() {
      server = await run(home, port);
    },
    async end() {
      await end(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Signed in the protocol's older way, which for this one request is four lines. */
async function makeBucket(endpoint: string, name: string, { accessKeyId, secretAccessKey }: SwiftKeys): Promise<void> {
  const date = new Date().toUTCString();
  const signature = createHmac('sha1', secretAccessKey).update(`PUT\n\n\n${date}\n/${name}`).digest('base64');
  const headers = { date, authorization: `AWS ${accessKeyId}:${signature}` };
  const response = await fetch(`${endpoint}/${name}`, { method: 'PUT', headers });
  if (!response.ok) throw new Error(`there is no bucket ${name}: ${response.status} ${await response.text()}`);
}

function run(home: string, port: number): Promise<ServerProcess> {
  return startServerProcess({
    name: 'OpenStack Swift',
    // Isolated: nothing of the caller's Python gets in.
    argv: [python, '-I', join(home, 'swift.py'), home, String(port)],
    cwd: home,
    account,
    readyMs,
    answers: () => answers(port),
    end,
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
}

async function end({ process: server, exited }: ServerProcess): Promise<void> {
  server.kill('SIGKILL');
  await exited;
}
