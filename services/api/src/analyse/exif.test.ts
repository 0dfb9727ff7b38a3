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

test('damaged EXIF never throws, hangs or gives nonsense numbers', () => {
  let state = 7;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let i = 0; i < 2000; i++) {
    const damaged = Buffer.from(picture);
    for (let n = 0; n < 1 + random(5); n++) damaged[random(damaged.length)] = random(256);
    const facts = readCamera(damaged, 1.5);
    for (const value of [facts?.focalLength, facts?.sensor?.width, facts?.sensor?.height])
      expect(value === undefined || (value > 0 && value <= 50_000)).toBe(true);
    for (const text of [facts?.make, facts?.model]) expect(text ?? '').not.toMatch(/\p{C}/u);
  }
});

test('a length or count that a tag claims costs nothing', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (const type of [2, 3, 4, 5, 10, 12]) {
    for (const count of [0x3f_ffff, 0xff_ffff, 0x7fff_ffff, 0xffff_ffff]) {
      const tiff = Buffer.alloc(400);
      tiff.write('MM\0*\0\0\0\x08', 'latin1');
      tiff.writeUInt16BE(0xffff, 8);
      tiff.writeUInt16BE(0x010f, 10);
      tiff.writeUInt16BE(type, 12);
      tiff.writeUInt32BE(count, 14);
      tiff.writeUInt32BE(30, 18);
      readCamera(tiff, 1.5);
    }
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
});

test.each(['II', 'MM'])('is read from a TIFF and from a PNG, %s byte order', (order) => {
  const little = order === 'II';
  const tiff = Buffer.alloc(60);
  const short = (value: number, at: number) => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const long = (value: number, at: number) => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  tiff.write(order);
  short(42, 2);
  long(8, 4);
  short(1, 8);
  short(0x0110, 10);
  short(2, 12);
  long(10, 14);
  long(40, 18);
  tiff.write('ILCE-6400\0', 40);
  expect(readCamera(tiff, undefined)).toMatchObject({ model: 'ILCE-6400', sensor: { name: 'APS-C' } });
  const chunk = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(type, 4);
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const png = Buffer.concat([signature, chunk('IHDR', Buffer.alloc(13)), chunk('eXIf', tiff)]);
  expect(readCamera(png, undefined)?.model).toBe('ILCE-6400');
});

test('numbers that cannot be true are left out', () => {
  const absurd = jpegWithExif({ focalLength: [0, 0], focalPlaneX: [1, 1], focalPlaneY: [1, 1], pixelWidth: 6000 });
  expect(readCamera(absurd, 1.5)).not.toHaveProperty('focalLength');
  expect(readCamera(absurd, 1.5)).not.toHaveProperty('sensor');
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
