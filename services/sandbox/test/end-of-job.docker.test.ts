import { afterAll, expect, jest, test } from '@jest/globals';
import { containerTool, encode, renderSky } from '../../../deploy/local/src/sky/index.js';
import { encodeJobHead } from '../../../proto/src/sandbox.js';
import { testEngine } from './engine.js';
import { jobHeader, leftovers, SandboxRun, solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const run = containerTool(testEngine());
const truth = { ra: 84.05, dec: -1.2, scale: 24, rotation: 17, parity: 'flipped', width: 800, height: 600 } as const;
/** It takes well under a second on a quiet machine; the container's removal and the docker CLI's end are within it. */
const soonMs = 4000;

/** Many stars at places where there are none: the search goes on for long. */
async function fruitlessPicture(): Promise<Buffer> {
  const sky = await renderSky({ truth, faintest: 11 }, run);
  // Every second row shifted the other way: the pattern of the sky is gone, its stars are not.
  const shuffled = sky.pixels.map((_, at) => {
    const [x, y] = [at % sky.width, Math.floor(at / sky.width)];
    const block = Math.floor(y / 40) * 7 + Math.floor(x / 40) * 13;
    return sky.pixels[((y + block * 40) % sky.height) * sky.width + ((x + block * 80) % sky.width)] as number;
  });
  return encode.fits({ ...sky, pixels: shuffled }, 16);
}

afterAll(() => {
  expect(leftovers()).toEqual([]);
});

test('ends at once when stdin ends in the middle of the upload', async () => {
  const sandbox = await SandboxRun.start();
  sandbox.write(encodeJobHead(jobHeader({}), 1_000_000));
  sandbox.write(Buffer.alloc(1000));
  const from = performance.now();
  sandbox.endInput();
  expect(await sandbox.closed()).not.toBe(0);
  expect(performance.now() - from).toBeLessThan(soonMs);
  expect(sandbox.outcome).toBeUndefined();
});

test('ends at once when stdin ends in the middle of the search', async () => {
  const sandbox = await SandboxRun.start();
  sandbox.send(await fruitlessPicture());
  await sandbox.event('progress');
  const from = performance.now();
  sandbox.endInput();
  expect(await sandbox.closed()).not.toBe(0);
  expect(performance.now() - from).toBeLessThan(soonMs);
  expect(sandbox.outcome).toBeUndefined();
});

test('ends at once when stdin ends before any job', async () => {
  const sandbox = await SandboxRun.start();
  const from = performance.now();
  sandbox.endInput();
  expect(await sandbox.closed()).not.toBe(0);
  expect(performance.now() - from).toBeLessThan(soonMs);
});

test('answers timeout with what was tried when the limit passes', async () => {
  const { outcome, code, seconds } = await solveInSandbox(await fruitlessPicture(), { limits: { maxSeconds: 3 } });
  expect(outcome?.failure?.code).toBe('timeout');
  expect(outcome?.failure?.tried.length).toBeGreaterThan(0);
  expect(code).toBe(0);
  expect(seconds).toBeGreaterThan(2);
  // Without load it is out half a second before this limit.
  expect(seconds).toBeLessThan(5);
});

test('answers bytes that are no job frame with solver_failed', async () => {
  const sandbox = await SandboxRun.start();
  sandbox.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  await sandbox.closed();
  expect(sandbox.outcome?.failure?.code).toBe('solver_failed');
});

test('takes a frame that comes in small pieces', async () => {
  const picture = encode.fits(await renderSky({ truth, faintest: 9.5 }, run), 8);
  const frame = Buffer.concat([encodeJobHead(jobHeader({}), picture.length), picture]);
  const sandbox = await SandboxRun.start();
  for (let at = 0; at < 200; at++) sandbox.write(frame.subarray(at, at + 1));
  for (let at = 200; at < frame.length; at += 4099) sandbox.write(frame.subarray(at, at + 4099));
  expect(await sandbox.closed()).toBe(0);
  expect(sandbox.outcome?.solution).toBeDefined();
});
