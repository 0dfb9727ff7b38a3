// The jobs of a crash test: most are small skies with their scale, every fourth has no solution and takes its whole
// time. Every upload is another one, so that jobs cannot be taken for each other.
import { createHash } from 'node:crypto';
import { type RunTool, sampleSky, sampleTruth } from '@astrogate/local';
import { shuffledStars } from '../pictures.js';

export interface CrashJob {
  readonly bytes: Buffer;
  /** Hex digits. */
  readonly sha256: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly isSolvable: boolean;
}

/** Long enough to be killed in the middle. */
const unsolvableSeconds = '2';

export async function crashJobs(count: number, run: RunTool): Promise<CrashJob[]> {
  const { jpeg } = await sampleSky(run);
  const { scale } = sampleTruth;
  const hint = { scale_units: 'arcsecperpix', scale_low: String(0.8 * scale), scale_high: String(1.2 * scale) };
  return Array.from({ length: count }, (_, index) => {
    const isSolvable = index % 4 !== 3;
    // What follows the end of a JPEG is no part of the picture.
    const bytes = isSolvable ? Buffer.concat([jpeg, Buffer.from(`job ${index}`)]) : shuffledStars(index);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes, sha256, isSolvable, fields: isSolvable ? hint : { max_seconds: unsolvableSeconds } };
  });
}
