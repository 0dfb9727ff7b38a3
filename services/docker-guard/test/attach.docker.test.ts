// The tunnel of an attach: what goes in comes out, to the byte, and each direction ends on its own. Through a real engine,
// with a program in the sandbox's place that echoes.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerCli } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDockerEngine } from '../../solver/src/sandbox/docker-engine.js';
import { FrameSplitter } from '../../solver/src/sandbox/frames.js';
import { type GuardUnderTest, startGuard } from '../test-support/guard-under-test.js';
import { dockerHost, engineSocket, sandboxImage } from './environment.js';

const MiB = 1024 * 1024;
const cli = new DockerCli(dockerHost);
const image = `guard-test-echo:${randomBytes(6).toString('hex')}`;
let guard: GuardUnderTest;

/** Writes every byte back; when its stdin has ended, says so on stderr. */
const echo = `process.stdin.on('end', () => process.stderr.write('end of stdin')).pipe(process.stdout);`;

beforeAll(async () => {
  const context = mkdtempSync(join(tmpdir(), 'guard-echo-'));
  writeFileSync(join(context, 'Dockerfile'), `FROM ${sandboxImage}\nCOPY sandbox.mjs /opt/astrogate/\n`);
  writeFileSync(join(context, 'sandbox.mjs'), echo, { mode: 0o644 });
  await cli.run(['build', '--quiet', '--tag', image, context]);
  rmSync(context, { recursive: true });
  guard = await startGuard(engineSocket, { GUARD_SANDBOX_IMAGE: image });
}, 120_000);
afterAll(async () => {
  await guard?.[Symbol.asyncDispose]();
  await cli.run(['rmi', '--force', image]);
}, 60_000);

test.each([0, 1, 70, 4095, 4096, 4097, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 8 * MiB])(
  '%i bytes go in and come back, and both ends are seen',
  async (size) => {
    const engine = createDockerEngine({ socketPath: guard.socketPath });
    const bytes = randomBytes(size);
    const id = await engine.create(guard.spec());
    try {
      const socket = await engine.attach(id);
      await engine.start(id);
      // Our side ends here; what comes back comes after.
      socket.end(bytes);
      const frames = new FrameSplitter();
      const out = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      for await (const chunk of socket)
        for (const { stream, bytes: part } of frames.push(chunk as Buffer)) out[stream].push(part);
      expect(frames.atBoundary).toBe(true);
      const hash = (parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      expect(hash(out.stdout)).toBe(hash([bytes]));
      expect(Buffer.concat(out.stderr).toString()).toBe('end of stdin');
    } finally {
      await engine.remove(id);
    }
  },
  60_000,
);
