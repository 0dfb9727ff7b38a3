// The whole stack with docker-guard between solver and engine: the same solver, the same answers.
import { readFileSync } from 'node:fs';
import { DockerCli } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { type GuardProcess, startGuardProcess } from '../src/guard-process.js';
import { solverStatus } from '../src/ops-calls.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
/** The engine itself: what is there is asked behind the guard's back. */
const cli = new DockerCli(dockerHost);
let guard: GuardProcess;
let stack: TestStack | undefined;

beforeAll(async () => {
  guard = await startGuardProcess();
  stack = await startTestStack({ dockerHost: guard.dockerHost });
}, 120_000);
afterAll(async () => {
  await stack?.end();
}, 60_000);

const sandboxes = async (instanceId: string) => {
  const filter = `label=dev.astrogate.instance=${instanceId}`;
  const listed = await cli.run(['ps', '--all', '--format', '{{.Names}}', '--filter', filter]);
  return listed.toString().split('\n').filter(Boolean);
};

test('a picture is solved through the guard; afterwards both end, and nothing is left', async () => {
  const running = stack as TestStack;
  const { jpeg, truth } = await sampleSkyJpeg(cli, sandboxImage);
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(jpeg)]), 'sky.jpg');
  const response = await fetch(`${running.url}/solve`, { method: 'POST', body: form });
  const answer = (await response.json()) as { solved: boolean; ra: number; dec: number };
  expect(answer.solved).toBe(true);
  expect(answer.ra).toBeCloseTo(truth.ra, 1);
  expect(answer.dec).toBeCloseTo(truth.dec, 1);

  const { instanceId, engine } = await solverStatus(running);
  expect(engine?.apiVersion).toBe('1.41');
  expect(readFileSync(guard.logFile, 'utf8')).not.toContain('"denied"');

  await running.end();
  stack = undefined;
  expect(await sandboxes(instanceId)).toEqual([]);
  expect(await guard.stop()).toBe(0);
}, 120_000);
