// Uploads in a bucket, in the whole stack: pictures are solved out of it, also when the api that took them is dead.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerCli, hasSwift, type SwiftServer, startSwift } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { endedJob, submitJob } from '../src/solve-jobs.js';
import { startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
let server: SwiftServer;
let home: string;
let stack: TestStack;
let jpeg: Buffer;

beforeAll(async () => {
  if (!hasSwift()) return;
  ({ jpeg } = await sampleSkyJpeg(new DockerCli(dockerHost), sandboxImage));
  server = await startSwift();
  await server.makeBucket('astrogate');
  home = mkdtempSync(join(tmpdir(), 'astrogate-bucket-'));
  const credentials = join(home, 'credentials');
  const { accessKeyId, secretAccessKey } = server;
  writeFileSync(credentials, `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  // The api's user must reach it.
  chmodSync(home, 0o755);
  chmodSync(credentials, 0o644);
  stack = await startTestStack({
    apiEnv: {
      API_S3_BUCKET: 'astrogate/e2e',
      API_S3_ENDPOINT: server.endpoint,
      API_S3_CREDENTIALS_FILE: credentials,
    },
    solverEnv: { SOLVER_SLOTS: '1' },
  });
}, 240_000);
afterAll(async () => {
  await stack?.end();
  await server?.end();
  if (home) rmSync(home, { recursive: true });
}, 60_000);

const title = 'pictures in a bucket are solved, although the api that took them is killed';
(hasSwift() ? test : test.skip)(
  hasSwift() ? title : `${title} (OpenStack Swift is not installed; Debian: apt-get install python3-swift)`,
  async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await submitJob(stack.url, jpeg)).id);
    expect(readdirSync(stack.spoolDirectory)).toEqual([]);
    await stack.restartApi();
    for (const id of ids) expect((await endedJob(stack.url, id)).status).toBe('solved');
    const said = JSON.stringify([stack.log('api'), stack.log('solver')]);
    expect(said).not.toContain(server.secretAccessKey);
  },
  240_000,
);
