// Nothing is found where no sky is: two frames of each kind; `npm run test:false` has a thousand.
import { containerTool } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { frameKinds, frameMaker } from '../src/false/frames.js';
import { verdictOn } from '../src/false/verdict.js';
import { inLanes, solveJob } from '../src/solve-jobs.js';
import { startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const make = frameMaker(containerTool({ image: sandboxImage, dockerHost }));
/** 20 frames, two at a time, take a minute at the most. */
const seconds = 5;
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ apiEnv: { API_JOB_SECONDS: String(seconds) } });
}, 120_000);
afterAll(() => stack?.end(), 60_000);

test('20 frames of noise, shuffled stars and things on earth: not one is solved', async () => {
  const verdicts: string[] = [];
  await inLanes(Array(2 * frameKinds.length).keys(), 2, async (seed) => {
    const frame = await make(seed);
    const { end, detail } = verdictOn(frame, await solveJob(stack.url, frame.bytes), 0);
    if (end === 'false' || end === 'broken') verdicts.push(`seed ${seed}, ${frame.kind}: ${end}: ${detail}`);
  });
  expect(verdicts).toEqual([]);
}, 300_000);

test('a seed gives the same file again', async () => {
  const [first, again, other] = await Promise.all([make(13), make(13), make(23)]);
  expect(first.bytes.equals(again.bytes)).toBe(true);
  expect(first.bytes.equals(other.bytes)).toBe(false);
}, 60_000);
