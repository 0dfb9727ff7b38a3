import { describe, expect, test } from '@jest/globals';
import { formatHeader } from '../fits/cards.js';
import { calibrate } from './calibration.js';
import { separation } from './sky.js';
import { parseWcs, pixelToSky } from './wcs.js';

const wcsOf = (cd: [number, number, number, number], extra: [string, number][] = []) =>
  parseWcs(
    formatHeader([
      ...([
        ['CRVAL1', 174.248585943],
        ['CRVAL2', 54.5114405349],
        ['CRPIX1', 304.634857178],
        ['CRPIX2', 102.77587827],
        ['CD1_1', cd[0]],
        ['CD1_2', cd[1]],
        ['CD2_1', cd[2]],
        ['CD2_2', cd[3]],
      ] as [string, number][]),
      ...extra,
    ]),
  );

describe('calibration', () => {
  // A header that solve-field 0.93 wrote, and what wcsinfo and solve-field print about it.
  const wcs = wcsOf(
    [0.0315458941598, 0.034633155544, -0.0349129324669, 0.0314853156939],
    [
      ['A_ORDER', 2],
      ['A_0_2', -4.52714175127e-7],
      ['A_1_1', 0.000101332705831],
      ['A_2_0', 2.31454625955e-5],
      ['B_ORDER', 2],
      ['B_0_2', 0.00010000343098],
      ['B_1_1', 2.33819469354e-5],
      ['B_2_0', -4.24219151123e-7],
    ],
  );
  const calibration = calibrate(wcs, { width: 719, height: 507 });

  test('agrees with wcsinfo', () => {
    expect(calibration.ra).toBeCloseTo(187.177618404, 6);
    expect(calibration.dec).toBeCloseTo(56.712280123, 6);
    expect(calibration.pixelScale).toBeCloseTo(168.946180318, 6);
    expect(calibration.orientation).toBeCloseTo(47.813264, 5);
    expect(calibration.parity).toBe('PARITY_FLIPPED');
    expect(calibration.fieldWidth).toBeCloseTo(33.1401, 3);
    expect(calibration.fieldHeight).toBeCloseTo(23.7153, 3);
    expect(wcs.sipOrder).toBe(2);
  });

  test.each([
    // North along +y; then north turned; both ways round.
    ['normal', [-1, 0, 0, 1], 'PARITY_NORMAL', 0],
    ['flipped', [1, 0, 0, 1], 'PARITY_FLIPPED', 0],
    ['normal, +y points to the east', [0, 1, 1, 0], 'PARITY_NORMAL', 90],
    ['flipped, +y points to the west', [0, -1, 1, 0], 'PARITY_FLIPPED', -90],
  ] as const)('tells parity and orientation: %s', (_name, [a, b, c, d], parity, orientation) => {
    const found = calibrate(wcsOf([a / 1000, b / 1000, c / 1000, d / 1000]), { width: 100, height: 50 });
    expect(found.parity).toBe(parity);
    expect(found.orientation).toBeCloseTo(orientation, 9);
    expect(found.pixelScale).toBeCloseTo(3.6, 9);
    expect(found.radius).toBeCloseTo(Math.hypot(0.05, 0.025), 4);
  });
});

test('positions stay between 0 and 360 degrees across RA 0', () => {
  const wcs = { ...wcsOf([-0.01, 0, 0, 0.01]), crval1: 0.001, crval2: 10 };
  expect(pixelToSky(wcs, wcs.crpix1 + 100, wcs.crpix2).ra).toBeGreaterThan(358);
  expect(pixelToSky(wcs, wcs.crpix1 - 100, wcs.crpix2).ra).toBeLessThan(2);
});

test('a header without a keyword is refused', () => {
  expect(() => parseWcs(formatHeader([['CRVAL1', 1]]))).toThrow('no CRVAL2');
});

test('separations are right for small and large angles', () => {
  expect(separation({ ra: 10, dec: 60 }, { ra: 10 + 2e-6, dec: 60 })).toBeCloseTo(1e-6, 12);
  expect(separation({ ra: 0, dec: 0 }, { ra: 180, dec: 0 })).toBeCloseTo(180, 9);
});
