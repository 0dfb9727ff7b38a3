import { expect, test } from '@jest/globals';
import { EventReader } from './event-stream.js';

const stream =
  'retry: 2000\n\nid: 5\nevent: status\ndata: {"a":1}\n\n: still here\n\nid: 7\nevent: ended\ndata: {}\n\n';
const events = [
  { type: 'status', data: '{"a":1}' },
  { type: 'ended', data: '{}' },
];

test.each([1, 2, 3, 7, 1000])('events are read from pieces of %i characters', (size) => {
  const reader = new EventReader();
  const pieces = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  expect(pieces.flatMap((piece) => reader.read(piece))).toEqual(events);
  expect([reader.lastId, reader.retryMs]).toEqual(['7', 2000]);
});

test.each(['\r\n', '\r'])('lines may end with %j', (end) => {
  const reader = new EventReader();
  expect([...reader.read(stream.replaceAll('\n', end)), ...reader.read(end)]).toEqual(events);
});

test('data of several lines, a comment and a field without a value', () => {
  const reader = new EventReader();
  expect(reader.read('data: a\n:x\ndata\ndata:b\n\n')).toEqual([{ type: 'message', data: 'a\n\nb' }]);
});

test('an event that was cut off is forgotten, and its id does not count', () => {
  const reader = new EventReader();
  reader.read('id: 1\ndata: a\n\nid: 2\ndata: b\n');
  reader.reset();
  expect(reader.lastId).toBe('1');
  expect(reader.read('data: c\n\n')).toEqual([{ type: 'message', data: 'c' }]);
});

test('a line without an end is refused', () => {
  const reader = new EventReader();
  expect(() => reader.read('x'.repeat(1_000_001))).toThrow(RangeError);
});
