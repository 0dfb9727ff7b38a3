// The sample that every start solves: it shows that all parts work together before anyone is told that they do.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerCli } from './engine/docker-cli.js';
import { makePrivateDirectory, places } from './places.js';
import { containerTool, sampleSky, sampleTruth } from './sky/index.js';
import { Advice, step } from './step.js';

/** A solved sample may be this far from the truth, degrees; the pixels are 24 arcsec. */
const toleranceDegrees = 0.02;
const solveMs = 120_000;

/** What POST /solve answers, as far as it is shown here. */
export interface SampleAnswer {
  solved: boolean;
  ra: number;
  dec: number;
  pixel_scale: number;
  solve_time: number;
  error?: string;
}

/** The sample picture, rendered once from the catalogue in the sandbox image. */
export async function ensureSample(cli: DockerCli, image: string): Promise<Buffer> {
  const file = join(makePrivateDirectory(places.state), 'sample.jpg');
  if (existsSync(file)) return readFileSync(file);
  const { jpeg } = await step('Render a sample sky', () => sampleSky(containerTool({ image, dockerHost: cli.host })));
  writeFileSync(file, jpeg);
  return jpeg;
}

/** Solves the sample over HTTP, like any other client. Throws Advice when the answer is not the truth. */
export async function solveSample(url: string, sample: Buffer, signal: AbortSignal): Promise<SampleAnswer> {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(sample)]), 'sample.jpg');
  const response = await fetch(`${url}/solve`, {
    method: 'POST',
    body: form,
    signal: AbortSignal.any([signal, AbortSignal.timeout(solveMs)]),
  });
  const answer = (await response.json()) as SampleAnswer;
  if (!answer.solved)
    throw new Advice(`the sample was not solved: ${answer.error ?? response.status}; see the logs in ${places.logs}`);
  if (
    Math.hypot(
      (answer.ra - sampleTruth.ra) * Math.cos((sampleTruth.dec * Math.PI) / 180),
      answer.dec - sampleTruth.dec,
    ) > toleranceDegrees
  ) {
    throw new Advice(
      `the sample was solved at ${answer.ra}, ${answer.dec}, but shows ${sampleTruth.ra}, ${sampleTruth.dec}`,
    );
  }
  return answer;
}

/** One line for people. `seconds`: from the first byte sent to the answer. */
export function describeSample(answer: SampleAnswer, seconds: number): string {
  const { ra, dec, pixel_scale: scale } = answer;
  const time = `${seconds.toFixed(2)} s`;
  return `sample solved: RA ${ra.toFixed(4)}°  Dec ${dec.toFixed(4)}°  scale ${scale.toFixed(3)} arcsec/pixel  in ${time}`;
}
