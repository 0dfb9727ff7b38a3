// The main job: pictures with a known answer go in by HTTP, and the answer comes back, right over the whole field.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { containerTool, encode, places, type RunTool, renderSky, separationPixels, type Truth } from '@astrogate/local';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const run: RunTool = containerTool({ image: sandboxImage, dockerHost });
const samples = join(places.root, '..', 'shared', 'samples');
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack?.end(), 60_000);

type Job = Record<string, unknown> & { id: string; status: string; solution: Record<string, number> };

async function solve(bytes: Buffer, fields: Record<string, string> = {}): Promise<Job> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', new Blob([new Uint8Array(bytes)]), 'sky');
  const headers = { prefer: 'wait=60' };
  const response = await fetch(`${stack.url}/api/v1/solves`, { method: 'POST', body: form, headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Job;
}

const truth: Truth = { ra: 210, dec: 54, scale: 12, rotation: -40, parity: 'flipped', width: 900, height: 700 };

describe('a rendered sky', () => {
  test.each<[string, Truth, Record<string, string>]>([
    ['blind', truth, {}],
    ['mirrored, at the southern pole', { ...truth, ra: 20, dec: -88.5, parity: 'normal' }, {}],
    [
      'with scale and position given',
      { ...truth, ra: 0.2, dec: 5 },
      { scale_low: '11', scale_high: '13', scale_units: 'arcsecperpix', ra: '0', dec: '5', radius: '5' },
    ],
  ])(
    '%s: solved within 2 pixels over the whole field',
    async (_what, where, fields) => {
      const sky = await renderSky({ truth: where, faintest: 10.5, hotPixels: 30, trail: true }, run);
      const job = await solve(encode.fits(sky, 16), fields);
      expect(job.status).toBe('solved');
      const wcs = await fetch(`${stack.url}/api/v1/solves/${job.id}/files/wcs`);
      expect(wcs.headers.get('content-type')).toBe('application/fits');
      const off = await separationPixels(where, Buffer.from(await wcs.arrayBuffer()), run);
      expect(off).toBeLessThan(2);
    },
    120_000,
  );

  test('the same ids stand in the logs of api and solver', async () => {
    const sky = await renderSky({ truth, faintest: 10 }, run);
    const { id } = await solve(await encode.jpeg(sky, run));
    for (const service of ['api', 'solver'] as const) {
      const lines = () => stack.log(service).filter((line) => line.jobId === id);
      await eventually(`a line of the ${service}`, 5000, () => lines().length > 0);
      expect(lines().every((line) => typeof line.requestId === 'string')).toBe(true);
    }
  }, 120_000);

  test('a deleted job and its files are gone', async () => {
    const sky = await renderSky({ truth, faintest: 10 }, run);
    const { id } = await solve(encode.png(sky, 'grey8'));
    const job = `${stack.url}/api/v1/solves/${id}`;
    expect((await fetch(job, { method: 'DELETE' })).status).toBe(204);
    for (const path of [job, `${job}/files/wcs`]) {
      const gone = await fetch(path);
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ code: 'not_found' });
    }
  }, 120_000);
});

describe('the command line', () => {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-cli-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const astrogate = (...args: string[]) =>
    promisify(execFile)(process.execPath, [
      join(places.root, 'services/cli/bin/astrogate.js'),
      ...args,
      '--server',
      stack.url,
    ]);

  test('solves a file for people, for programs, and as a FITS header', async () => {
    const sky = await renderSky({ truth, faintest: 10 }, run);
    const [picture, header] = [join(home, 'sky.png'), join(home, 'out.wcs')];
    writeFileSync(picture, encode.png(sky, 'rgb8'));
    const people = await astrogate('solve', picture, '--wcs', header);
    expect(people.stdout).toMatch(/Centre +(209\.99|210\.00)\d* (53\.99|54\.00)/);
    expect(await separationPixels(truth, readFileSync(header), run)).toBeLessThan(2);
    const programs = JSON.parse((await astrogate('solve', picture, '--json')).stdout);
    expect(programs.solution.calibration.ra).toBeCloseTo(truth.ra, 1);
  }, 120_000);
});

const pictures: [string, number, number][] = [
  ['apod2.jpg', 84.576, -2.755],
  ['apod3.jpg', 130.276, -43.873],
  ['apod4.jpg', 187.178, 56.712],
];
(existsSync(samples) ? describe : describe.skip)(
  'real pictures (need the folder shared/samples beside the clone)',
  () => {
    test.each(pictures)(
      '%s is solved by POST /solve',
      async (name, ra, dec) => {
        const form = new FormData();
        form.set('image', new Blob([new Uint8Array(readFileSync(join(samples, name)))]), name);
        const response = await fetch(`${stack.url}/solve`, { method: 'POST', body: form });
        const answer = (await response.json()) as { solved: boolean; ra: number; dec: number };
        expect(answer.solved).toBe(true);
        expect(Math.abs(answer.ra - ra) * Math.cos((dec * Math.PI) / 180)).toBeLessThan(0.02);
        expect(Math.abs(answer.dec - dec)).toBeLessThan(0.02);
      },
      120_000,
    );
  },
);
