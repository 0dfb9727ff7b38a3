import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { fakeJobs, startFakeApi } from './test-support/fake-api.js';

const bin = fileURLToPath(new URL('../bin/astrogate.js', import.meta.url));

test('Ctrl-C cancels the job on the server and ends with 130', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'astrogate-cli-'));
  try {
    const picture = join(directory, 'sky.jpg');
    writeFileSync(picture, 'x');
    await using api = await startFakeApi({
      'POST /api/v1/solves': { status: 202, body: fakeJobs.queued },
      'GET /api/v1/solves/job1': { body: fakeJobs.running },
      'POST /api/v1/solves/job1/cancel': { body: fakeJobs.cancelled },
    });
    const followed = api.asked('GET /api/v1/solves/job1');
    const child = spawn(process.execPath, [bin, 'solve', picture, '--server', api.url], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ASTROGATE_OWNER_FILE: join(directory, 'owner') },
    });
    const said = text(child.stderr);
    const exited = once(child, 'exit');
    await Promise.race([followed, exited]);
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(api.requests.at(-1)?.what).toBe('POST /api/v1/solves/job1/cancel');
    expect(await said).toBe('astrogate: job job1 is cancelled\nastrogate: interrupted\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
