import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headerGuessSchema, type ImageFormat } from '@astrogate/proto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { jpegWithExif, plainJpeg } from '../../test-support/exif-picture.js';
import { fits } from '../../test-support/fits-picture.js';
import { analyse } from './analyse.js';
import { guessFrom } from './guess.js';

const dir = mkdtempSync(join(tmpdir(), 'astrogate-guess-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function guess(picture: Buffer, format: ImageFormat = 'IMAGE_FORMAT_FITS') {
  const path = join(dir, 'picture');
  writeFileSync(path, picture);
  return guessFrom(await analyse({ path, bytes: picture.length, sha256: Buffer.alloc(32), format }));
}

const photograph = (tags: Parameters<typeof jpegWithExif>[0], size?: { width: number; height: number }) =>
  guess(jpegWithExif(tags, size), 'IMAGE_FORMAT_JPEG');
const middle = (found: Awaited<ReturnType<typeof guess>>) =>
  Math.sqrt((found?.scaleLow ?? 0) * (found?.scaleHigh ?? 0));

describe('a FITS header', () => {
  const optics = { FOCALLEN: '500.0', XPIXSZ: '3.76' };

  test('tells the scale within a fifth from focal length and pixel size', async () => {
    // 206.265 · 3.76 / 500 = 1.5511 arcsec/pixel.
    const found = await guess(fits(optics));
    expect(found).toEqual({
      source: 'HINT_SOURCE_HEADER',
      scaleLow: expect.closeTo(1.5511 / 1.2, 3),
      scaleHigh: expect.closeTo(1.5511 * 1.2, 3),
      parity: 'PARITY_UNSPECIFIED',
    });
  });

  test('with binning allows for pixel sizes with and without it', async () => {
    const found = await guess(fits({ ...optics, XBINNING: 2 }));
    expect(found?.scaleLow).toBeLessThan(1.5511);
    expect(found?.scaleHigh).toBeGreaterThan(2 * 1.5511);
    expect(middle(await guess(fits({ FOCALLEN: 500, PIXSIZE1: '3.76', XBINNING: 2 })))).toBeCloseTo(2 * 1.5511, 3);
  });

  test('tells the scale without the size of the picture', async () => {
    expect(middle(await guess(fits({ NAXIS1: 0, NAXIS2: 0, SECPIX: 3 })))).toBeCloseTo(3, 5);
  });

  test('tells where the mount pointed, with room for one that was not aligned', async () => {
    const found = await guess(fits({ OBJCTRA: "'05 35 17.3'", OBJCTDEC: "'-05 23 28'" }));
    expect(found).toMatchObject({ ra: expect.closeTo(83.822, 3), dec: expect.closeTo(-5.391, 3), radius: 10 });
    expect(found?.scaleLow).toBeUndefined();
  });

  test('with zeros for a mount that was not connected tells no position', async () => {
    expect(await guess(fits({ RA: 0, DEC: 0 }))).toBeUndefined();
    expect(await guess(fits({ ...optics, RA: 0, DEC: 0 }))).not.toHaveProperty('ra');
  });

  test('with a WCS tells scale within a twentieth, position and parity', async () => {
    const wcs = { CTYPE1: "'RA---TAN'", CRVAL1: 10.5, CRVAL2: -20.5 };
    const found = await guess(fits({ ...optics, ...wcs, CDELT1: -0.001, CDELT2: 0.001 }));
    expect(found).toMatchObject({ scaleLow: expect.closeTo(3.6 / 1.05, 4), ra: 10.5, parity: 'PARITY_NORMAL' });
    const mirrored = { CD1_1: 0.001, CD1_2: 0, CD2_1: 0, CD2_2: 0.001 };
    expect(await guess(fits({ ...wcs, ...mirrored }))).toMatchObject({ parity: 'PARITY_FLIPPED' });
  });

  test('that says nothing is no guess', async () => {
    expect(await guess(fits({}))).toBeUndefined();
  });

  test.each([
    { PIXSCALE: '35999' },
    { PIXSCALE: '0.001', NAXIS1: 1 },
    { SCALE: '1E300' },
    { FOCALLEN: '1E-300', XPIXSZ: '1E300' },
    { FOCALLEN: 1, XPIXSZ: '0.001', XBINNING: '1E99', NAXIS1: '1E300', NAXIS2: '1E300' },
    { RA: '359.9999999999999999', DEC: '90' },
    { RA: '-0.0', DEC: '-90', PIXSCALE: 30000, XBINNING: 16 },
    { CTYPE1: "'RA---TAN'", CRVAL1: 360, CRVAL2: 91, CDELT1: '1E200', CDELT2: '1E200' },
    { CTYPE1: "'RA---TAN'", CRVAL1: 1, CRVAL2: 1, CDELT1: 9, CDELT2: 9, NAXIS1: 60000 },
  ])('never is what the contract refuses: %j', async (cards) => {
    const found = await guess(fits(cards as Record<string, string | number>));
    if (found !== undefined) expect(headerGuessSchema.parse(found)).toEqual(found);
  });
});

describe('a photograph', () => {
  const lens = { model: 'Canon EOS 6D', focalLength: [50, 1] } as const;

  test('tells the scale within a fifth from focal length and sensor', async () => {
    // 36 mm on 600 pixels are 60 µm: 206.265 · 60 / 50 = 247.5 arcsec/pixel.
    expect(middle(await photograph(lens))).toBeCloseTo(247.5, 1);
    expect(await photograph(lens)).not.toHaveProperty('ra');
  });

  test('through a wide lens tells the scale at its centre, not the mean', async () => {
    // 60 µm behind 14 mm; the field is 104°, over 600 pixels a mean of 625 arcsec/pixel.
    expect(middle(await photograph({ ...lens, focalLength: [14, 1] }))).toBeCloseTo(884, 0);
  });

  test('stored upright has its long side there', async () => {
    expect(middle(await photograph(lens, { width: 400, height: 600 }))).toBeCloseTo(247.5, 1);
  });

  test('whose size is not known tells its field', async () => {
    const jpeg = jpegWithExif(lens);
    const tiff = jpeg.subarray(jpeg.indexOf('MM\0*'));
    // 2·atan(36 / 100) = 39.6°.
    expect(await guess(tiff, 'IMAGE_FORMAT_TIFF')).toMatchObject({
      widthLow: expect.closeTo(39.6 / 1.2, 1),
      widthHigh: expect.closeTo(39.6 * 1.2, 1),
    });
  });

  test.each([plainJpeg(), plainJpeg().subarray(0, 4), Buffer.from('P5\n1 1\n255\n\0')])(
    'that says nothing is no guess',
    async (picture) => {
      expect(await guess(picture, 'IMAGE_FORMAT_JPEG')).toBeUndefined();
    },
  );
});
