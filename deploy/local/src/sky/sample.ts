// The sky that a start of the whole service renders and solves, to show that everything works.
import { jpeg } from './encode.js';
import { renderSky, type Sky } from './render.js';
import type { RunTool } from './tool.js';
import type { Truth } from './truth.js';

/** Around the belt of Orion, 800 x 600 pixels of 24 arcsec: 5.3 by 4 degrees. */
export const sampleTruth: Truth = {
  ra: 84.05,
  dec: -1.2,
  scale: 24,
  rotation: 17,
  parity: 'flipped',
  width: 800,
  height: 600,
};

export interface SampleSky {
  sky: Sky;
  /** The picture as a JPEG file. */
  jpeg: Buffer;
}

export async function sampleSky(run: RunTool): Promise<SampleSky> {
  const sky = await renderSky({ truth: sampleTruth, faintest: 9.5, hotPixels: 20, gradient: 300 }, run);
  return { sky, jpeg: await jpeg(sky, run) };
}
