import { expect, test } from '@jest/globals';
import { StreamPlaces } from './stream-places.js';

const takeMany = (places: StreamPlaces, caller: string, count: number) =>
  Array.from({ length: count }, () => places.take(caller));

test('one caller has fifty, and others still have theirs', () => {
  const places = new StreamPlaces();
  const [leave] = takeMany(places, 'a', 50);
  expect(() => places.take('a')).toThrow(expect.objectContaining({ code: 'too_many_streams' }));
  places.take('b');
  leave?.();
  places.take('a');
  expect(places.open).toBe(51);
});

test('all callers together have five hundred', () => {
  const places = new StreamPlaces();
  for (let caller = 0; caller < 10; caller++) takeMany(places, `caller ${caller}`, 50);
  expect(() => places.take('late')).toThrow(expect.objectContaining({ code: 'streams_exhausted' }));
});

test('a place is given back once', () => {
  const places = new StreamPlaces();
  const leave = places.take('a');
  places.take('a');
  leave();
  leave();
  expect(places.open).toBe(1);
});
