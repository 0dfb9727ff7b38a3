import { existsSync, readFileSync } from 'node:fs';
import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jpegWithExif, plainJpeg } from '../../test-support/exif-picture.js';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { fits } from '../../test-support/fits-picture.js';
import { form } from '../../test-support/pictures.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';

let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  api = await runApi({}, { solver });
});
afterEach(async () => {
  expect(api.spooled()).toEqual([]);
  await api[Symbol.asyncDispose]();
});

interface Answer {
  success: boolean;
  fov?: { width_degrees: number; height_degrees: number; width_arcmin: number; diagonal_degrees: number };
  scale_low?: number;
  scale_high?: number;
  index_scales?: { scale: number; available: boolean | null }[];
  [key: string]: unknown;
}

async function analyse(picture: Buffer, fields: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/analyse`, { method: 'POST', body: form(picture, fields) });
  return { status: response.status, body: (await response.json()) as Answer };
}

const canon = { make: 'Canon', model: 'Canon EOS M50m2', focalLength: [200, 1] } as const;

describe('a photograph', () => {
  test('gives its field from focal length and focal-plane resolution', async () => {
    // 6000 pixels at 6825.94 pixels per inch are 22.33 mm.
    const { status, body } = await analyse(
      jpegWithExif({
        ...canon,
        pixelWidth: 6000,
        pixelHeight: 4000,
        focalPlaneX: [682594, 100],
        focalPlaneY: [682594, 100],
        focalPlaneUnit: 2,
      }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      make: 'Canon',
      model: 'Canon EOS M50m2',
      focal_length: 200,
      sensor_name: 'APS-C Canon',
      detected_from: 'exif',
      scale_units: 'arcminwidth',
      has_exif: true,
    });
    // 2·atan(22.327 / 400) = 6.390°, 2·atan(14.884 / 400) = 4.262°.
    expect(body.fov?.width_degrees).toBeCloseTo(6.39, 2);
    expect(body.fov?.height_degrees).toBeCloseTo(4.262, 2);
    expect(body.fov?.width_arcmin).toBeCloseTo(383.4, 0);
    expect(body.fov?.diagonal_degrees).toBeCloseTo(7.676, 2);
    expect(body.scale_low).toBeCloseTo(383.4 / 1.2, 0);
    expect(body.scale_high).toBeCloseTo(383.4 * 1.2, 0);
  });

  test('gives its field from the 35-mm equivalent', async () => {
    const { body } = await analyse(jpegWithExif({ model: 'Some Phone', focalLength: [50, 1], focalLength35: 75 }));
    // The crop factor is 1.5: a diagonal of 28.85 mm at 3:2 is 24.0 × 16.0 mm.
    expect(body.fov?.width_degrees).toBeCloseTo(27.0, 1);
    expect(body.sensor_name).toBe('APS-C');
  });

  test('gives its field from the camera table, upright when it is', async () => {
    const { body } = await analyse(jpegWithExif(canon, { width: 400, height: 600 }));
    expect(body.sensor_name).toBe('APS-C Canon');
    expect(body.fov?.height_degrees).toBeCloseTo(6.382, 2);
  });

  test('without a focal length has EXIF but no field', async () => {
    const { status, body } = await analyse(jpegWithExif({ make: 'Canon', model: 'Canon EOS R5' }));
    expect([status, body]).toMatchObject([200, { success: true, has_exif: true, sensor_name: 'Full Frame' }]);
    expect(body).not.toHaveProperty('fov');
  });

  test('without EXIF is an answer that says so', async () => {
    const { status, body } = await analyse(plainJpeg());
    expect(status).toBe(200);
    expect(body).toEqual({
      success: false,
      has_exif: false,
      width: 600,
      height: 400,
      error: expect.stringContaining('no EXIF'),
    });
  });

  test.each([3, 20, 40, 80, 120, 200])('that is cut off after %d bytes does no harm', async (length) => {
    const { status } = await analyse(jpegWithExif({ ...canon, focalLength35: 320 }).subarray(0, length));
    expect(status).toBe(200);
  });
});

describe('a FITS file', () => {
  const optics = { FOCALLEN: '500.0', XPIXSZ: '3.76', XBINNING: '1' };

  test('gives its field from focal length and pixel size', async () => {
    const { body } = await analyse(fits({ ...optics, INSTRUME: "'ZWO ASI2600'" }));
    // 206.265 · 3.76 / 500 = 1.5511 arcsec/pixel; 600 pixels are 0.2585°.
    expect(body).toMatchObject({ success: true, has_exif: false, detected_from: 'fits', focal_length: 500 });
    expect(body.model).toBe('ZWO ASI2600');
    expect(body.fov?.width_degrees).toBeCloseTo(0.2585, 3);
    expect(body.scale_high).toBeCloseTo(0.2585 * 60 * 1.2, 2);
  });

  test('with binning allows for programs that leave it out of XPIXSZ', async () => {
    const { body } = await analyse(fits({ ...optics, XBINNING: 2 }));
    expect(body.scale_low).toBeCloseTo((0.2585 * 60) / 1.2, 2);
    expect(body.scale_high).toBeCloseTo(0.2585 * 60 * 2.4, 1);
  });

  test.each(['PIXSCALE', 'SCALE', 'SECPIX'])('gives its field from %s', async (keyword) => {
    const { body } = await analyse(fits({ [keyword]: '6.0' }));
    expect(body.fov?.width_degrees).toBeCloseTo(1, 3);
  });

  test('gives a measured field and position from its WCS', async () => {
    const wcs = { CTYPE1: "'RA---TAN'", CTYPE2: "'DEC--TAN'", CRVAL1: 10.5, CRVAL2: -20.5 };
    const matrix = { CD1_1: '0.0', CD1_2: '1.0D-3', CD2_1: '-1.0E-3', CD2_2: '0.0' };
    const { body } = await analyse(fits({ ...optics, ...wcs, ...matrix }));
    expect(body).toMatchObject({ detected_from: 'wcs', ra: 10.5, dec: -20.5 });
    expect(body.fov?.width_degrees).toBeCloseTo(0.6, 3);
    expect(body.scale_low).toBeCloseTo(36 / 1.05, 1);
    const { body: delta } = await analyse(fits({ ...wcs, CDELT1: -0.001, CDELT2: 0.001 }));
    expect(delta.fov?.width_degrees).toBeCloseTo(0.6, 3);
  });

  test.each([
    [{ OBJCTRA: "'05 35 17.3'", OBJCTDEC: "'-05 23 28'" }, 83.822, -5.391],
    [{ OBJCTRA: "'05:35:17'", OBJCTDEC: "'+05:23:28'" }, 83.821, 5.391],
    [{ RA: '83.822', DEC: '-5.391' }, 83.822, -5.391],
    [{ RA: "'05h35m17s'", DEC: "'-00d23m28s'" }, 83.821, -0.391],
  ])('gives its position from %j', async (cards, ra, dec) => {
    const { body } = await analyse(fits(cards as Record<string, string>));
    expect(body.ra).toBeCloseTo(ra, 2);
    expect(body.dec).toBeCloseTo(dec, 2);
  });

  test.each([
    { FOCALLEN: 0, XPIXSZ: 3.76 },
    { FOCALLEN: 'NaN', XPIXSZ: "'big'" },
    { FOCALLEN: '1e-300', XPIXSZ: '1e300' },
    { PIXSCALE: -1 },
    { RA: 720, DEC: 3 },
    { NAXIS1: -5, PIXSCALE: 1 },
  ])('with nonsense such as %j says that nothing is known of its field', async (cards) => {
    const { status, body } = await analyse(fits(cards as Record<string, string>));
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('fov');
    expect(body).not.toHaveProperty('ra');
  });
});

describe('index scales', () => {
  const wide = fits({ PIXSCALE: 6 });

  test('are those of 10 % to 100 % of the field, with what the solver has', async () => {
    solver.indexList = [{ scaleLow: 30, scaleHigh: 42 }];
    const { body } = await analyse(wide);
    expect(body.index_scales?.map(({ scale }) => scale)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(body.index_scales?.filter(({ available }) => available).map(({ scale }) => scale)).toEqual([8]);
  });

  test('are unknown when the solver cannot be asked', async () => {
    solver.down = new AstrogateError('solver_unavailable');
    const { body } = await analyse(wide);
    expect(body.index_scales?.every(({ available }) => available === null)).toBe(true);
  });
});

test('errors have the shape of this route', async () => {
  const { status, body } = await analyse(Buffer.from('certainly not a picture of the sky'));
  expect([status, body]).toMatchObject([415, { success: false, has_exif: false, code: 'unsupported_format' }]);
  expect(await analyse(plainJpeg(), { ra: '1' })).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

const sample = new URL('../../../../../shared/samples/apod2.jpg', import.meta.url);
const sampleTest = existsSync(sample) ? test : test.skip;
sampleTest('a real picture without EXIF has a size (skipped where the sample pictures are not there)', async () => {
  const { status, body } = await analyse(readFileSync(sample));
  expect(status).toBe(200);
  expect(body.width).toBeGreaterThan(100);
});
