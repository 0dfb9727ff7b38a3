// For every field of every request message: values that are allowed, and values that are not. A field that is added to
// the contract has no row here, and the test says so.
import { block, double, field, real, type Value as V, varint, whole } from './wire.js';

export interface Row {
  /** What else stands in the message, so that an allowed value is enough. Fields come before the one that is tried. */
  readonly beside?: Buffer;
  readonly good: readonly V[];
  readonly bad: readonly V[];
}

const hash = Buffer.alloc(32, 7);
const long = 'x'.repeat(200_000);
const notUtf8 = Buffer.from([0x61, 0xff, 0xfe, 0x80]);
const identifiers = {
  good: [block('a'), block('x'.repeat(64)), block('A-z_09')],
  bad: ['x'.repeat(65), long, '../../etc/passwd', 'a b', 'a\n', 'a\0b', 'ä', '$(id)', 'a/b', "a'b", '.', '%2e%2e'].map(
    block,
  ),
};
const identifier = { ...identifiers, bad: [...identifiers.bad, block(''), block(notUtf8)] };
const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(real);
/** Positive up to `most`. */
const positive = (most: number) => ({
  good: [5e-324, 1e-9, most].map(real),
  bad: [...numbers, ...[0, -0, -1, most * 1.000001, 1e308, -1e308].map(real)],
});
const between = (low: number, high: number) => ({
  good: [low, high].map(whole),
  bad: [low - 1, high + 1, 2 ** 31, 2 ** 32 - 1, -1].filter((n) => n !== -1 || low > 0).map(whole),
});
/** As `between`, where -1 on the wire is 2^32 - 1 and so out of range, too. */
const counts = (low: number, high: number) => ({ ...between(low, high), bad: [...between(low, high).bad, whole(-1)] });
const parity: Row = { good: [0, 1, 2].map(whole), bad: [3, 99, 2 ** 31 - 1, -1].map(whole) };
/** The fields of Hints and Guess that are alike; `at` is the number of the first in each. */
const narrowing = (at: number, parityAt: number, beside: Buffer) => ({
  scaleLow: { beside: Buffer.concat([beside, field(at + 1, real(36_000))]), ...positive(36_000) },
  scaleHigh: { beside: Buffer.concat([beside, field(at, real(5e-324))]), ...positive(36_000) },
  widthLow: { beside: Buffer.concat([beside, field(at + 3, real(360))]), ...positive(360) },
  widthHigh: { beside: Buffer.concat([beside, field(at + 2, real(5e-324))]), ...positive(360) },
  ra: {
    beside: Buffer.concat([beside, field(at + 5, real(0)), field(at + 6, real(1))]),
    good: [0, -0, 359.999_999].map(real),
    bad: [...numbers, ...[-1e-9, 360, 1e308].map(real)],
  },
  dec: {
    beside: Buffer.concat([beside, field(at + 4, real(0)), field(at + 6, real(1))]),
    good: [-90, 0, 90].map(real),
    bad: [...numbers, ...[-90.000_001, 90.000_001, 1e308].map(real)],
  },
  radius: { beside: Buffer.concat([beside, field(at + 4, real(0)), field(at + 5, real(0))]), ...positive(180) },
  parity: { beside: Buffer.concat([beside, field(parityAt, whole(0))]), ...parity },
});

const guess = field(1, whole(2));
const hints = Buffer.alloc(0);
const guessOf = (...fields: Buffer[]) => block(Buffer.concat(fields));

/** A SolveHeader in which every field has an allowed value. */
export const soundHeader = (jobId: string, without?: number): Buffer => {
  const fields: [number, V][] = [
    [1, block(jobId)],
    [2, block('attack')],
    [4, whole(1)],
    [5, block(hash)],
    [6, whole(1)],
  ];
  return Buffer.concat(fields.filter(([number]) => number !== without).map(([number, value]) => field(number, value)));
};

/** "Message.field" to its row. Fields of SolveHeader stand beside a sound header without that field. */
export const rows: Readonly<Record<string, Row>> = {
  'SolveRequest.header': { good: [], bad: [block(''), block(hints), block(field(99, block('x')))] },
  'SolveRequest.chunk': { good: [], bad: [block(''), block('x'), block(Buffer.alloc(262_145))] },
  'SolveHeader.jobId': identifier,
  'SolveHeader.requestId': identifier,
  'SolveHeader.callerKey': { ...identifiers, good: [block(''), ...identifiers.good] },
  'SolveHeader.uploadBytes': {
    good: [1, 52_428_800].map(whole),
    bad: [0n, 52_428_801n, 2n ** 31n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -1n].map(whole),
  },
  'SolveHeader.uploadSha256': {
    good: [block(hash), block(Buffer.alloc(32))],
    bad: [0, 1, 31, 33, 64, 200_000].map((size) => block(Buffer.alloc(size))),
  },
  'SolveHeader.format': { good: [1, 2, 3, 4, 5, 6].map(whole), bad: [0, 7, 8, 99, 2 ** 31 - 1, -1].map(whole) },
  'SolveHeader.hints': { good: [block('')], bad: [block(field(1, real(1))), block(field(6, real(1)))] },
  'SolveHeader.limits': { good: [block('')], bad: [block(field(1, real(0)))] },
  'SolveHeader.guesses': {
    good: [guessOf(guess)],
    bad: [block(''), guessOf(field(1, whole(3))), guessOf(guess, field(2, real(1))), guessOf(guess, field(6, real(1)))],
  },
  ...named('Hints', {
    ...narrowing(1, 8, hints),
    downsample: counts(1, 16),
    depthLow: counts(1, 1000),
    depthHigh: counts(1, 1000),
    tweakOrder: counts(1, 5),
  }),
  ...named('Guess', {
    source: { good: [whole(2)], bad: [0, 1, 3, 4, 99, -1].map(whole) },
    ...narrowing(2, 9, guess),
  }),
  'JobLimits.maxSeconds': { good: [1, 600].map(real), bad: [...numbers, ...[0, 0.999, 600.001, -1, 1e308].map(real)] },
  'JobLimits.maxStars': { good: [0, 5000].map(whole), bad: [5001, 2 ** 31, 2 ** 32 - 1, -1].map(whole) },
  'TargetRequest.alias': {
    good: [block('absent')],
    bad: ['', 'A', 'a b', 'a_b', '*', '../x', 'x'.repeat(33), '0'.repeat(64), 'label=x', 'a\n', 'a\0', long].map(block),
  },
  'TargetRequest.actor': {
    good: [block('root@example.org'), block('x'.repeat(64))],
    bad: ['', 'a b', 'a\nb', '\u001b[2J', '<b>', 'x'.repeat(65), long].map(block),
  },
  'TargetRequest.requestId': identifier,
  'TargetRequest.graceSeconds': { good: [0, 120].map(whole), bad: [121, 2 ** 31, 2 ** 32 - 1, -1].map(whole) },
  'TailLogsRequest.lines': { good: [], bad: [0, 1000, 1001, 2 ** 32 - 1].map(whole) },
  'TailLogsRequest.follow': { good: [], bad: [0, 1, 2].map(whole) },
  'HealthCheckRequest.service': {
    good: [block(''), block('astrogate.ops.v1.OpsService')],
    bad: ['x', '__proto__', 'constructor', 'astrogate.ops.v1.OpsService\0', long].map(block),
  },
};

function named(message: string, fields: Record<string, Row>): Record<string, Row> {
  return Object.fromEntries(Object.entries(fields).map(([name, row]) => [`${message}.${name}`, row]));
}

/** What stands in no contract: other wire types, overlong numbers, lengths that lie, the field a thousand times. */
export function nonsense(number: number): Buffer[] {
  const value = block('x');
  return [
    field(number, whole(2n ** 64n - 1n)),
    field(number, real(Number.NaN)),
    field(number, { wire: 5, bytes: Buffer.alloc(4, 0xff) }),
    field(number, block(Buffer.alloc(1000, 0xff))),
    Buffer.concat([varint(number * 8 + 2), varint(2 ** 31), Buffer.from('short')]),
    Buffer.concat([varint(number * 8), Buffer.alloc(11, 0xff)]),
    Buffer.concat([varint(number * 8 + 3), Buffer.alloc(100, number * 8 + 3)]),
    Buffer.concat([varint(number * 8 + 7), double(1)]),
    Buffer.concat(Array.from({ length: 1000 }, () => field(number, value))),
  ];
}
