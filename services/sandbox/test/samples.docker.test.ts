// Three real pictures that lie beside the repository on some machines; they are others' and not part of it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const folder = join(import.meta.dirname, '../../../../shared/samples');
const present = existsSync(folder);
const samples = [
  ['apod2.jpg', 84.576, -2.755],
  ['apod3.jpg', 130.276, -43.873],
  ['apod4.jpg', 187.178, 56.712],
] as const;

if (!present)
  test.skip('real pictures: skipped, because there is no ../shared/samples beside the repository', () => {});
else
  test.each(samples)('solves the real picture %s', async (name, ra, dec) => {
    const { outcome, seconds } = await solveInSandbox(readFileSync(join(folder, name)));
    const solution = outcome?.solution;
    if (!solution) throw new Error(`not solved: ${JSON.stringify(outcome)}`);
    expect(Math.abs((solution.ra - ra) * Math.cos((dec * Math.PI) / 180))).toBeLessThan(0.02);
    expect(Math.abs(solution.dec - dec)).toBeLessThan(0.02);
    process.stderr.write(`${name}: ${seconds.toFixed(2)} s from frame to outcome, ${solution.recipe}\n`);
  });
