import { sandboxJobSchema } from '@astrogate/proto/sandbox';
import { describe, expect, test } from '@jest/globals';
import { guessesOf, type PictureKind } from './guesses.js';
import { blindHint } from './search-hint.js';

const picture: PictureKind = { format: 'IMAGE_FORMAT_JPEG', width: 1000, height: 500 };
const jobOf = (hints: object, guesses: object[] = []) =>
  sandboxJobSchema.parse({ hints, guesses, limits: {}, maxPixels: 1e6, allowRaw: false });
const guesses = (hints: object, more: object[] = []) => guessesOf(picture, jobOf(hints, more));
const full = (hints: object, more: object[] = []) => guesses(hints, more).map((guess) => guess.full);

const header = { source: 'HINT_SOURCE_HEADER', scaleLow: 5, scaleHigh: 7, ra: 10, dec: 20, radius: 10 };
const learned = {
  source: 'HINT_SOURCE_LEARNED',
  scaleLow: 2,
  scaleHigh: 2.1,
  ra: 50,
  dec: 60,
  radius: 3,
  parity: 'PARITY_FLIPPED',
  picture,
};
const scale = { low: 5, high: 7 };

describe("the caller's hints", () => {
  test('are none when nothing is said, and none when the scale holds all of a blind search', () => {
    expect(guesses({})).toEqual([]);
    expect(guesses({ widthLow: 0.1, widthHigh: 180 })).toEqual([]);
  });

  test('a field width becomes a scale of the uploaded picture, and gives way to a pixel scale', () => {
    const [hint] = full({ widthLow: 1, widthHigh: 2 });
    expect(hint).toMatchObject({ source: 'HINT_SOURCE_CALLER', kind: 'scale', scale: { low: 3.6, high: 7.2 } });
    expect(full({ scaleLow: 5, scaleHigh: 7, widthLow: 1, widthHigh: 2 })[0]?.scale).toEqual(scale);
  });

  test('position and depth are taken over, open ends of a depth are filled', () => {
    expect(full({ ra: 0, dec: -90, radius: 5, depthHigh: 30 })[0]).toMatchObject({
      kind: 'position',
      position: { ra: 0, dec: -90, radius: 5 },
      depth: { low: 1, high: 30 },
    });
    const parity = 'PARITY_NORMAL';
    expect(full({ depthLow: 300, parity })[0]).toMatchObject({ kind: 'parity', depth: { low: 300, high: 300 } });
    expect(full({ depthLow: 50, parity })[0]?.depth).toEqual({ low: 50, high: 200 });
  });

  test('a wrong position or parity does not hide the scale', () => {
    const [guess] = guesses({ scaleLow: 5, scaleHigh: 7, ra: 1, dec: 2, radius: 3, parity: 'PARITY_NORMAL' });
    expect(guess?.full).toMatchObject({ kind: 'scale+position', parity: 'PARITY_NORMAL' });
    expect(guess?.loose).toMatchObject({ kind: 'scale', scale, parity: 'PARITY_UNSPECIFIED' });
    expect(guess?.loose?.position).toBeUndefined();
  });

  test('a wide scale alone is no second hint', () => {
    expect(guesses({ scaleLow: 1, scaleHigh: 11, ra: 1, dec: 2, radius: 3 })[0]?.loose).toBeUndefined();
    expect(guesses({ scaleLow: 5, scaleHigh: 7 })[0]?.loose).toBeUndefined();
  });
});

describe('guesses', () => {
  test('stand behind the caller, the header before what was learned', () => {
    const sources = full({ scaleLow: 1, scaleHigh: 2 }, [learned, header]).map(({ source }) => source);
    expect(sources).toEqual(['HINT_SOURCE_CALLER', 'HINT_SOURCE_HEADER', 'HINT_SOURCE_LEARNED']);
  });

  test('with a scale stand before those without', () => {
    const hints = full({ ra: 1, dec: 2, radius: 3 }, [header]);
    expect(hints.map(({ kind }) => kind)).toEqual(['scale+position', 'position']);
  });

  test.each([{ width: 1001 }, { height: 499 }, { format: 'IMAGE_FORMAT_FITS' }])(
    'learned from a picture of another kind are not used: %j',
    (other) => {
      expect(guesses({}, [{ ...learned, picture: { ...picture, ...other } }])).toEqual([]);
    },
  );

  test('the latest two of what was learned are used', () => {
    const [low, ...others] = [1, 2, 3].map((scaleLow) => ({ ...learned, scaleLow, scaleHigh: scaleLow + 1 }));
    expect(full({}, [low ?? {}, ...others]).map((hint) => hint.scale?.low)).toEqual([1, 2]);
  });

  test("a header without a position takes the caller's, one with a position keeps its own", () => {
    const { ra, dec, radius, ...noPosition } = header;
    const caller = { ra: 1, dec: 2, radius: 3, parity: 'PARITY_NORMAL' };
    expect(full(caller, [noPosition])[0]).toMatchObject({ scale, position: { ra: 1 }, parity: 'PARITY_NORMAL' });
    expect(full(caller, [header])[0]).toMatchObject({ scale, position: { ra: 10 } });
  });

  test('who knows where the rig points now goes before its last position', () => {
    const position = ({ position }: { position?: object }) => position;
    expect(full({}, [learned]).map(position)).toEqual([{ ra: 50, dec: 60, radius: 3 }]);
    expect(full({}, [header, learned]).map(position)[1]).toEqual({ ra: 10, dec: 20, radius: 10 });
    const caller = { ra: 1, dec: 2, radius: 3, parity: 'PARITY_NORMAL' };
    expect(full(caller, [learned])[0]).toMatchObject({ position: { ra: 1 }, parity: 'PARITY_NORMAL' });
  });

  test("depth and distortion are the caller's in all of them", () => {
    for (const { full, loose } of guesses({ depthHigh: 30, tweakOrder: 4 }, [header, learned]))
      for (const hint of [full, loose]) expect(hint).toMatchObject({ depth: { low: 1, high: 30 }, tweakOrder: 4 });
  });
});

test('a blind search knows nothing, except a scale that is wider than usual', () => {
  const blind = (hints: object) => blindHint(picture, jobOf(hints).hints);
  const nothing = { source: 'HINT_SOURCE_UNSPECIFIED', kind: 'none', parity: 'PARITY_UNSPECIFIED', tweakOrder: 2 };
  expect(blind({})).toEqual(nothing);
  const known = { scaleLow: 1, scaleHigh: 2, ra: 1, dec: 1, radius: 1, parity: 'PARITY_NORMAL' };
  expect(blind(known)).toEqual(nothing);
  expect(blind({ widthLow: 0.05, widthHigh: 250 })).toEqual({ ...nothing, scale: { low: 0.18, high: 900 } });
});
