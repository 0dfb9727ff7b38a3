import { AstrogateError } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { failureOutcome, readOutcome, readProgress } from './outcome.js';

const versions = { sandbox: '1', astrometry: '0.93', node: '24' };
const header = Buffer.from('SIMPLE  =                    T'.padEnd(80) + 'END'.padEnd(2800));
const solution = {
  ra: 10,
  dec: 20,
  pixelScale: 1,
  orientation: 0,
  parity: 'PARITY_NORMAL',
  fieldWidth: 1,
  fieldHeight: 1,
  radius: 1,
  wcs: {
    header: header.toString('base64'),
    crval1: 10,
    crval2: 20,
    crpix1: 1,
    crpix2: 1,
    cd1_1: 1,
    cd1_2: 0,
    cd2_1: 0,
    cd2_2: 1,
    sipOrder: 0,
  },
  matched: [],
  stars: [{ x: 1, y: 2, flux: 3 }],
  logOdds: 30,
  index: 'index-4110.fits',
  recipe: 'r',
  hint: 'none',
  hintSource: 'HINT_SOURCE_UNSPECIFIED',
};
const solved = { solution, timings: [], versions };
const notSolved = { notSolved: { tried: [], stars: [] }, timings: [], versions };
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

test('a solution comes through with its header as bytes', () => {
  const outcome = readOutcome(bytes(solved));
  expect(outcome.solution?.wcs?.header).toEqual(header);
  expect(outcome.solution?.ra).toBe(10);
});

test('not solved and failures come through', () => {
  expect(readOutcome(bytes(notSolved)).notSolved).toEqual({ tried: [], stars: [] });
  const failure = { code: 'image_unreadable', message: 'truncated', tried: [] };
  expect(readOutcome(bytes({ failure, timings: [], versions })).failure).toEqual(failure);
});

const withWcs = (base64: string) => ({
  ...solved,
  solution: { ...solution, wcs: { ...solution.wcs, header: base64 } },
});
const encode = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const corpus: [string, Buffer][] = [
  ['nothing', bytes('')],
  ['no JSON', bytes('hello')],
  ['cut off', bytes(JSON.stringify(solved).slice(0, -1))],
  ['two documents', bytes(JSON.stringify(notSolved) + JSON.stringify(notSolved))],
  ['null', bytes('null')],
  ['an array', bytes([])],
  ['a number', bytes('1')],
  ['NaN', bytes(JSON.stringify(solved).replace('"ra":10', '"ra":NaN'))],
  ['an infinite number', bytes(JSON.stringify(solved).replace('"ra":10', '"ra":1e999'))],
  ['an infinite flux', bytes(JSON.stringify(solved).replace('"flux":3', '"flux":-1e999'))],
  ['a number as text', bytes({ ...solved, solution: { ...solution, ra: '10' } })],
  ['a wrong range', bytes({ ...solved, solution: { ...solution, ra: 360 } })],
  ['an unknown key', bytes({ ...notSolved, extra: 1 })],
  ['an unknown key inside', bytes({ ...solved, solution: { ...solution, path: '/etc/passwd' } })],
  ['__proto__', bytes(`{"__proto__":{"admin":true},${JSON.stringify(notSolved).slice(1)}`)],
  ['constructor', bytes(`{"constructor":{"prototype":{}},${JSON.stringify(notSolved).slice(1)}`)],
  ['a key twice, the last one wrong', bytes(`${JSON.stringify(notSolved).slice(0, -1)},"notSolved":7}`)],
  ['two results', bytes({ ...solved, ...notSolved })],
  ['no result', bytes({ timings: [], versions })],
  ['a missing field', bytes({ notSolved: notSolved.notSolved, timings: [] })],
  ['deep nesting', bytes('['.repeat(500_000))],
  ['deep nesting in a field', bytes(`{"notSolved":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}`)],
  [
    'invalid UTF-8',
    Buffer.concat([bytes(JSON.stringify(notSolved).slice(0, -1)), Buffer.from([0xff, 0xfe]), bytes('}')]),
  ],
  [
    'a byte order mark',
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from([0xef, 0xbb, 0xbf]), bytes(notSolved)]),
  ],
  ['a control character in a text', bytes({ ...notSolved, versions: { ...versions, node: 'a\u001b[31m' } })],
  ['a text that is too long', bytes({ ...notSolved, versions: { ...versions, node: 'x'.repeat(41) } })],
  [
    'a code that is not for sandboxes',
    bytes({ failure: { code: 'forbidden', message: '', tried: [] }, timings: [], versions }),
  ],
  [
    'too many stars',
    bytes({ ...notSolved, notSolved: { tried: [], stars: Array(5001).fill({ x: 1, y: 1, flux: 1 }) } }),
  ],
  ['a header that is not base64', bytes(withWcs('*'.repeat(3840)))],
  ['a header that is empty', bytes(withWcs(''))],
  ['a header that is no whole block', bytes(withWcs(encode('END'.padEnd(2879))))],
  ['a header with a control character', bytes(withWcs(encode(`${'END'.padEnd(2879)}\n`)))],
  ['a header without END', bytes(withWcs(encode('X'.padEnd(2880))))],
  ['a header that is too long', bytes(withWcs(encode('END'.padEnd(2880 * 23))))],
];

describe('a hostile outcome is refused as a whole', () => {
  test.each(corpus)('%s', (_what, json) => {
    expect(() => readOutcome(json)).toThrow(expect.objectContaining({ code: 'solver_failed' }));
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });
});

test('brackets inside texts are not nesting', () => {
  const detail = '[{"'.repeat(20);
  expect(readProgress(bytes({ stage: 'STAGE_SEARCH', detail, elapsedSeconds: 1 })).detail).toBe(detail);
});

test.each([
  { stage: 'STAGE_X', detail: '', elapsedSeconds: 1 },
  { stage: 'STAGE_SEARCH', detail: 'a\nb', elapsedSeconds: 1 },
  {},
])('hostile progress %j is refused', (progress) => {
  expect(() => readProgress(bytes(progress))).toThrow(expect.objectContaining({ code: 'solver_failed' }));
});

test('errors that end an attempt become outcomes, others stay errors', () => {
  expect(failureOutcome(new AstrogateError('memory_limit')).failure).toMatchObject({ code: 'memory_limit' });
  for (const error of [new AstrogateError('cancelled'), new AstrogateError('sandbox_unavailable'), new Error('x')]) {
    expect(() => failureOutcome(error)).toThrow(error);
  }
});
