// Clients rely on solve-field's conventions: the same picture must get the same WCS from both.
import { expect, jest, test } from '@jest/globals';
import { containerTool, encode, renderSky, separationPixels, type Truth } from '../../../deploy/local/src/sky/index.js';
import { testEngine } from './engine.js';
import { solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const run = containerTool(testEngine());
const truth: Truth = { ra: 84.05, dec: -1.2, scale: 24, rotation: 17, parity: 'flipped', width: 800, height: 600 };
const script =
  'cat > "$0" && solve-field -z 2 -p -O --no-plots -W out.wcs "$0" >&2 && cat out.wcs && wcsinfo out.wcs >&2';

const card = (header: Buffer, keyword: string): number =>
  Number(new RegExp(`${keyword.padEnd(8)}= +(\\S+)`).exec(header.toString('latin1'))?.[1]);

test.each([
  ['picture.jpg', 'flipped'],
  ['picture.fits', 'flipped'],
  ['picture.fits', 'normal'],
  ['picture.png', 'normal'],
] as const)('%s with parity %s gets the WCS of solve-field', async (name, parity) => {
  const sky = await renderSky({ truth: { ...truth, parity }, faintest: 9.5 }, run);
  const picture = name.endsWith('jpg')
    ? await encode.jpeg(sky, run)
    : name.endsWith('png')
      ? encode.png(sky, 'grey8')
      : encode.fits(sky, 16);
  const theirs = await run(['sh', '-c', script, name], picture);
  const { outcome } = await solveInSandbox(picture);
  const ours = Buffer.from(outcome?.solution?.wcs.header ?? '', 'base64');
  expect(await separationPixels(sky.truth, theirs, run)).toBeLessThan(2);
  expect(await separationPixels(sky.truth, ours, run)).toBeLessThan(2);
  const unit = truth.scale / 3600;
  for (const keyword of ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'])
    expect(Math.abs(card(ours, keyword) - card(theirs, keyword)) / unit).toBeLessThan(0.005);
  expect([card(ours, 'IMAGEW'), card(ours, 'IMAGEH')]).toEqual([card(theirs, 'IMAGEW'), card(theirs, 'IMAGEH')]);
});
