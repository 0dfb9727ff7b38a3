import { type OutcomeInit, sandboxJobSchema } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { LearnedHints } from './learned-hints.js';

interface Solved {
  scale?: number;
  ra?: number;
  radius?: number;
  width?: number;
  format?: 'IMAGE_FORMAT_JPEG' | 'IMAGE_FORMAT_FITS';
  parity?: 'PARITY_NORMAL' | 'PARITY_FLIPPED';
}

const solved = (what: Solved = {}): OutcomeInit => ({
  solution: {
    pixelScale: what.scale ?? 2,
    ra: what.ra ?? 10,
    dec: 20,
    radius: what.radius ?? 0.5,
    parity: what.parity ?? 'PARITY_FLIPPED',
  },
  picture: { format: what.format ?? 'IMAGE_FORMAT_JPEG', width: what.width ?? 800, height: 600, channels: 3, bits: 8 },
});

const learnedFrom = (outcomes: OutcomeInit[], learned = new LearnedHints()) => {
  for (const outcome of outcomes) learned.learn('me', outcome);
  return learned.recall('me');
};

describe('what is learned', () => {
  test('is scale, position and parity of a solution, with the kind of picture they are true of', () => {
    expect(learnedFrom([solved()])).toEqual([
      {
        source: 'HINT_SOURCE_LEARNED',
        scaleLow: 1.9,
        scaleHigh: 2.1,
        ra: 10,
        dec: 20,
        radius: 2,
        parity: 'PARITY_FLIPPED',
        picture: { format: 'IMAGE_FORMAT_JPEG', width: 800, height: 600 },
      },
    ]);
  });

  test('is as far around the last position as the field is large, within bounds', () => {
    expect(learnedFrom([solved({ radius: 0.05 })])[0]?.radius).toBe(1);
    expect(learnedFrom([solved({ radius: 60 })])[0]?.radius).toBe(180);
  });

  test('is taken by the contract with the sandbox', () => {
    const guesses = learnedFrom(Array.from({ length: 20 }, (_, i) => solved({ scale: 2 ** i / 100 })));
    const job = { hints: {}, guesses, limits: {}, maxPixels: 1, allowRaw: false };
    expect(sandboxJobSchema.parse(job).guesses).toEqual(guesses);
  });

  test.each<[string, OutcomeInit]>([
    ['was not solved', { ...solved(), solution: null, notSolved: { tried: [], stars: [] } }],
    ['failed', { failure: { code: 'timeout', message: '', tried: [] } }],
  ])('is nothing when a job %s', (_what, outcome) => {
    expect(learnedFrom([outcome])).toEqual([]);
  });

  test('is nothing of an unknown caller, and nothing of somebody else', () => {
    const learned = new LearnedHints();
    learned.learn('', solved());
    learned.learn('them', solved());
    expect([learned.recall(''), learned.recall('me')]).toEqual([[], []]);
  });
});

describe('memory', () => {
  const scales = (guesses: ReturnType<LearnedHints['recall']>) =>
    guesses.map(({ scaleLow = 0, scaleHigh = 0 }) => Math.round((scaleLow + scaleHigh) / 2));

  test('keeps the latest solution of a rig alone, in front', () => {
    const guesses = learnedFrom([solved({ ra: 1 }), solved({ scale: 5 }), solved({ ra: 2, scale: 2.02 })]);
    expect(scales(guesses)).toEqual([2, 5]);
    expect(guesses[0]?.ra).toBe(2);
  });

  test.each<Solved>([{ width: 801 }, { format: 'IMAGE_FORMAT_FITS' }, { scale: 2.2 }, { parity: 'PARITY_NORMAL' }])(
    'keeps another rig apart: %j',
    (other) => {
      expect(learnedFrom([solved(), solved(other)])).toHaveLength(2);
    },
  );

  test('of a caller forgets the oldest rig', () => {
    const small = new LearnedHints({ callers: 2, guesses: 2 });
    expect(scales(learnedFrom([solved({ scale: 1 }), solved({ scale: 3 }), solved({ scale: 9 })], small))).toEqual([
      9, 3,
    ]);
  });

  test('forgets the caller whose last solution is the oldest', () => {
    const small = new LearnedHints({ callers: 2, guesses: 2 });
    for (const caller of ['a', 'b', 'a', 'c']) small.learn(caller, solved());
    expect(['a', 'b', 'c'].map((caller) => small.recall(caller).length)).toEqual([1, 0, 1]);
  });
});
