// The Docker Engine dies while a job runs, and comes back.

import { DockerCli } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { shuffledStars } from '../src/pictures.js';
import { type SecondEngine, startSecondEngine } from '../src/second-engine.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const mainEngine = new DockerCli(dockerHost);
let engine: SecondEngine;
let stack: TestStack;

beforeAll(async () => {
  engine = await startSecondEngine(mainEngine, sandboxImage);
  stack = await startTestStack({ dockerHost: engine.cli.host });
}, 300_000);

afterAll(async () => {
  await stack.end();
  await engine.end();
}, 120_000);

const form = (bytes: Buffer) => {
  const body = new FormData();
  body.set('image', new Blob([bytes]), 'sky');
  return body;
};
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

test('the running job ends with a typed, retryable error; the next one works once the engine is back', async () => {
  const answer = fetch(`${stack.url}/solve`, { method: 'POST', body: form(shuffledStars(3)) });
  await eventually('a sandbox works', 30_000, async () => (await stack.sandboxes()).length === 1);
  await engine.kill();
  const broken = await answer;
  expect(broken.status).toBe(503);
  expect(await json(broken)).toMatchObject({ solved: false, code: 'sandbox_unavailable' });
  await eventually(
    'not ready without an engine',
    10_000,
    async () => (await fetch(`${stack.url}/readyz`)).status === 503,
  );

  await engine.start();
  await eventually('ready again', 60_000, async () => (await fetch(`${stack.url}/readyz`)).ok);
  await eventually('the orphan is swept', 60_000, async () => (await stack.sandboxes()).length === 0);
  const { jpeg } = await sampleSkyJpeg(mainEngine, sandboxImage);
  const solved = await fetch(`${stack.url}/solve`, { method: 'POST', body: form(jpeg) });
  expect(await json(solved)).toMatchObject({ solved: true });
}, 240_000);
