import { expect, test } from '@jest/globals';
import { fromJson, toJson } from './json.js';

const roundTrip = (value: unknown) => fromJson(JSON.parse(toJson(value)));

test('what comes out equals what went in, bytes and the last digit of numbers included', () => {
  const value = {
    header: Buffer.from([0, 255, 10, 128]),
    list: [Buffer.alloc(0), 0.1 + 0.2, 5e-324, 1.797e308, 2 ** 53, -1e-7],
    text: 'é星\n"\\u0041',
    nested: { nothing: null, yes: true, empty: {}, none: [] },
  };
  expect(roundTrip(value)).toEqual(value);
});

test('a value that is undefined is absent', () => {
  expect(roundTrip({ a: undefined, b: 1 })).toEqual({ b: 1 });
});

test('characters that PostgreSQL does not take are replaced', () => {
  expect(roundTrip({ a: 'x\0y', b: '\ud800', c: '\ud83d\ude00' })).toEqual({ a: 'x\ufffdy', b: '\ufffd', c: '😀' });
});

test('numbers of a thousand random stars stay as they are', () => {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 10 ** ((state % 40) - 20);
  };
  const stars = Array.from({ length: 1000 }, () => ({ x: random(), y: -random(), flux: random() }));
  expect(roundTrip(stars)).toEqual(stars);
});
