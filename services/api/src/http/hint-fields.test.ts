import { hintsSchema } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import type { FieldError } from './field-error.js';
import { parseFields } from './form-fields.js';
import { dropInSolveFields, solveFields, toHints, toLimits } from './hint-fields.js';

const schema = solveFields(120);
const hints = (fields: Record<string, string>) => toHints(parseFields(schema, fields));

function wrong(fields: Record<string, unknown>): FieldError['errors'] {
  try {
    parseFields(schema, fields);
  } catch (error) {
    return (error as FieldError).errors;
  }
  throw new Error('it was taken');
}

describe('hints', () => {
  test.each<[Record<string, string>, object]>([
    [{}, {}],
    [
      { scale_low: '1', scale_high: '2', scale_units: 'arcsecperpix' },
      { scaleLow: 1, scaleHigh: 2 },
    ],
    [
      { scale_low: '1', scale_high: '2', scale_units: 'degwidth' },
      { widthLow: 1, widthHigh: 2 },
    ],
    [
      { scale_low: '30', scale_high: '60' },
      { widthLow: 0.5, widthHigh: 1 },
    ],
    [{ scale_low: '30' }, { widthLow: 0.5, widthHigh: 360 }],
    [{ scale_high: '30' }, { widthLow: 0.001, widthHigh: 0.5 }],
    [
      { scale_high: '0.0001', scale_units: 'arcsecperpix' },
      { scaleLow: 0.0001, scaleHigh: 0.0001 },
    ],
    [
      { ra: '0', dec: '-90' },
      { ra: 0, dec: -90, radius: 15 },
    ],
    [
      { ra: '1e1', dec: '+.5', radius: '2.' },
      { ra: 10, dec: 0.5, radius: 2 },
    ],
    [
      { parity: 'flipped', tweak_order: '3' },
      { parity: 'PARITY_FLIPPED', tweakOrder: 3 },
    ],
    [{ ra: '', dec: '', scale_low: '' }, {}],
    [{ scale_low: '1e-6' }, { widthLow: 1e-6 / 60, widthHigh: 360 }],
  ])('of %j are %j, and the contract takes them', (fields, expected) => {
    const result = hints(fields);
    expect(result).toEqual({ parity: 'PARITY_UNSPECIFIED', ...expected });
    expect(hintsSchema.parse(result)).toEqual(result);
  });

  test('limits have defaults', () => {
    expect(toLimits(parseFields(schema, {}), 120)).toEqual({ maxSeconds: 120, maxStars: 1000 });
    expect(toLimits(parseFields(dropInSolveFields, {}), 120)).toEqual({ maxSeconds: 120, maxStars: 1000 });
    expect(toLimits(parseFields(schema, { max_seconds: '1.5', max_stars: '0' }), 120)).toEqual({
      maxSeconds: 1.5,
      maxStars: 0,
    });
  });
});

describe('wrong fields', () => {
  test.each<[Record<string, string>, string, string]>([
    [{ scale_low: '0' }, 'scale_low', 'a number from 0.000001 to 36000'],
    [{ scale_low: '5', scale_high: '4' }, 'scale_low', 'not above scale_high'],
    [{ scale_high: '361', scale_units: 'degwidth' }, 'scale_high', 'a number from 0.000001 to 360 degwidth'],
    [{ ra: '360', dec: '0' }, 'ra', 'a number from 0 to below 360'],
    [{ ra: '1' }, 'dec', 'ra and dec go together'],
    [{ radius: '1' }, 'radius', 'only together with ra and dec'],
    [{ ra: '1', dec: '1', radius: '181' }, 'radius', 'a number from 0.000001 to 180'],
    [{ depth_low: '10', depth_high: '9' }, 'depth_low', 'not above depth_high'],
    [{ downsample_factor: '17' }, 'downsample_factor', 'a whole number from 1 to 16'],
    [{ downsample_factor: '1.5' }, 'downsample_factor', 'a whole number from 1 to 16'],
    [{ max_seconds: '121' }, 'max_seconds', 'a number from 1 to 120'],
    [{ ra: 'Infinity', dec: '1' }, 'ra', 'a number from 0 to below 360'],
    [{ ra: '0x10', dec: '1' }, 'ra', 'a number from 0 to below 360'],
    [{ ra: '1e999', dec: '1' }, 'ra', 'a number from 0 to below 360'],
    [{ ra: 'NaN', dec: '1' }, 'ra', 'a number from 0 to below 360'],
  ])('%j names %s and says: %s', (fields, field, allowed) => {
    expect(wrong(fields)).toEqual([{ field, value: fields[field] ?? null, allowed }]);
  });

  test.each<[Record<string, string>, string]>([
    [{ scale_low: '1e-323' }, 'scale_low'],
    [{ scale_high: '1e-9', scale_units: 'degwidth' }, 'scale_high'],
    [{ ra: '1', dec: '1', radius: '1e-300' }, 'radius'],
  ])('one so small that it would vanish on the way is refused here: %j', (fields, field) => {
    expect(wrong(fields).map((error) => error.field)).toEqual([field]);
  });

  test.each([{ scale_low: '1e308' }, { scale_low: '361', scale_units: 'degwidth' }])(
    'one fault is told once: %j',
    (fields) => {
      expect(wrong(fields)).toHaveLength(1);
    },
  );

  test('an unknown one is told which there are', () => {
    expect(wrong({ scale: '1' })).toEqual([
      { field: 'scale', value: '1', allowed: expect.stringContaining('image, scale_low, scale_high') },
    ]);
  });

  test('a repeated one is told so', () => {
    expect(wrong({ ra: ['1', '2'] })).toEqual([{ field: 'ra', value: '(more than one)', allowed: 'given once' }]);
  });

  test('values are cut, and control characters are escaped', () => {
    const [error] = wrong({ parity: `\u0000\u001b[31m\u202e${'x'.repeat(200)}` });
    expect(error?.value).toMatch(/^\\u0000\\u001b\[31m\\u202ex+…$/);
    expect(error?.value?.length).toBeLessThan(90);
  });
});
