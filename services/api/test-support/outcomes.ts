// Outcomes as a solver would send them.
import type { OutcomeInit, OutcomeMessage } from '@astrogate/proto';

const card = (keyword: string, value: string) => `${keyword.padEnd(8)}= ${value.padStart(20)}`.padEnd(80);

/** One block of cards that say what `solvedOutcome` says. */
export const wcsHeader = Buffer.from(
  [
    card('SIMPLE', 'T'),
    card('CTYPE1', "'RA---TAN'"),
    card('CRVAL1', '84.5'),
    card('CRVAL2', '-2.75 / degrees'),
    'COMMENT this is = not a value'.padEnd(80),
    'END'.padEnd(80),
  ]
    .join('')
    .padEnd(2880),
  'latin1',
);

const common = {
  timings: [
    { stage: 'STAGE_DECODE', seconds: 0.25 },
    { stage: 'STAGE_SEARCH', seconds: 1.5 },
  ],
  versions: { sandbox: '0.1.0', astrometry: '0.93', node: '24.21.0' },
  picture: { format: 'IMAGE_FORMAT_JPEG', width: 1000, height: 800, channels: 3, bits: 8 },
} as const;

const tried = [
  {
    recipe: 'plain',
    hint: 'none',
    hintSource: 'HINT_SOURCE_UNSPECIFIED' as const,
    sources: 40,
    result: 'gave up',
    seconds: 2,
  },
];

export const solvedOutcome = {
  ...common,
  timings: [...common.timings],
  result: 'solution',
  solution: {
    ra: 84.576,
    dec: -2.755,
    pixelScale: 3.6,
    orientation: 12.5,
    parity: 'PARITY_NORMAL',
    fieldWidth: 1,
    fieldHeight: 0.8,
    radius: 0.64,
    wcs: {
      header: wcsHeader,
      crval1: 84.5,
      crval2: -2.75,
      crpix1: 500.5,
      crpix2: 400.5,
      cd1_1: -0.001,
      cd1_2: 0,
      cd2_1: 0,
      cd2_2: 0.001,
      sipOrder: 2,
    },
    matched: [{ x: 10, y: 20, ra: 84.6, dec: -2.7 }],
    stars: [{ x: 10.5, y: 20.5, flux: 1000 }],
    logOdds: 120.5,
    index: 'index-tycho2-10.littleendian.fits',
    recipe: 'plain',
    hint: 'none',
    hintSource: 'HINT_SOURCE_UNSPECIFIED',
  },
} satisfies OutcomeInit as unknown as OutcomeMessage;

export const notSolvedOutcome = {
  ...common,
  timings: [...common.timings],
  result: 'notSolved',
  notSolved: { tried, stars: [{ x: 1, y: 2, flux: 3 }] },
} satisfies OutcomeInit as unknown as OutcomeMessage;

export function failedOutcome(code: string, message = 'as the sandbox says'): OutcomeMessage {
  return { ...common, result: 'failure', failure: { code, message, tried } } as unknown as OutcomeMessage;
}
