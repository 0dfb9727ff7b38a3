import { expect, test } from '@jest/globals';
import { jpegWithExif } from '../../test-support/exif-picture.js';
import { readCamera } from './exif.js';
import { sensorOfCamera } from './sensors.js';

const picture = jpegWithExif({
  make: 'Canon',
  model: 'Canon EOS 6D',
  focalLength: [50, 1],
  focalLength35: 50,
  pixelWidth: 6000,
  pixelHeight: 4000,
  focalPlaneX: [4000, 1],
  focalPlaneY: [4000, 1],
  focalPlaneUnit: 2,
});

test('damaged EXIF never throws, hangs or gives nonsense numbers', async () => {
  let state = 7;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let i = 0; i < 2000; i++) {
    const damaged = Buffer.from(picture);
    for (let n = 0; n < 1 + random(5); n++) damaged[random(damaged.length)] = random(256);
    const facts = await readCamera(damaged, 1.5);
    for (const value of [facts?.focalLength, facts?.sensor?.width, facts?.sensor?.height])
      expect(value === undefined || (value > 0 && value <= 50_000)).toBe(true);
    for (const text of [facts?.make, facts?.model]) expect(text ?? '').not.toMatch(/\p{C}/u);
  }
}, 30_000);

test('numbers that cannot be true are left out', async () => {
  const absurd = jpegWithExif({ focalLength: [0, 0], focalPlaneX: [1, 1], focalPlaneY: [1, 1], pixelWidth: 6000 });
  expect(await readCamera(absurd, 1.5)).not.toHaveProperty('focalLength');
  expect(await readCamera(absurd, 1.5)).not.toHaveProperty('sensor');
});

test.each([
  ['Canon EOS 6D', 'Full Frame'],
  ['Canon EOS R5m2', 'Full Frame'],
  ['Canon EOS R7', 'APS-C Canon'],
  ['Canon EOS R10', 'APS-C Canon'],
  ['Canon EOS 600D', 'APS-C Canon'],
  ['Canon EOS 60D', 'APS-C Canon'],
  ['Canon EOS Rebel T7i', 'APS-C Canon'],
  ['NIKON D750', 'Full Frame'],
  ['NIKON D7500', 'APS-C'],
  ['NIKON D5300', 'APS-C'],
  ['NIKON Z 6_2', 'Full Frame'],
  ['NIKON Z 50', 'APS-C'],
  ['NIKON Z fc', 'APS-C'],
  ['ILCE-7M3', 'Full Frame'],
  ['ILCE-6400', 'APS-C'],
  ['X-T30', 'APS-C'],
  ['E-M1MarkII', 'Micro Four Thirds'],
  ['DC-GH5', 'Micro Four Thirds'],
  ['GFX 50S', 'Medium Format 44x33'],
  ['PENTAX K-1 Mark II', 'Full Frame'],
  ['PENTAX K-70', 'APS-C'],
  ['iPhone 15', undefined],
])('the sensor of %s is %s', (model, name) => {
  expect(sensorOfCamera(model)?.name).toBe(name);
});
