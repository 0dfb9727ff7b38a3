import { expect, test } from '@jest/globals';
import { FrameSplitter } from './frames.js';

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Text per stream after pushing `chunks`. */
function split(chunks: Buffer[]): { stdout: string; stderr: string; atBoundary: boolean } {
  const splitter = new FrameSplitter();
  const texts = { stdout: '', stderr: '' };
  for (const chunk of chunks) for (const { stream, bytes } of splitter.push(chunk)) texts[stream] += bytes;
  return { ...texts, atBoundary: splitter.atBoundary };
}

const whole = Buffer.concat([frame(1, 'hello '), frame(2, 'oops'), frame(1, ''), frame(1, 'world')]);

test('splits whole frames', () => {
  expect(split([whole])).toEqual({ stdout: 'hello world', stderr: 'oops', atBoundary: true });
});

test('splits them the same wherever they are cut', () => {
  const expected = split([whole]);
  for (let at = 0; at <= whole.length; at += 1) {
    expect(split([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
  }
  expect(split([...whole].map((byte) => Buffer.from([byte])))).toEqual(expected);
});

test('knows when a frame is incomplete', () => {
  expect(split([whole.subarray(0, -1)]).atBoundary).toBe(false);
  expect(split([Buffer.from([1])]).atBoundary).toBe(false);
});

test.each([
  ['stdin as stream', [0, 0, 0, 0, 0, 0, 0, 1]],
  ['an unknown stream', [3, 0, 0, 0, 0, 0, 0, 1]],
  ['a stream of 255', [255, 0, 0, 0, 0, 0, 0, 1]],
  ['padding that is not zero', [1, 0, 0, 1, 0, 0, 0, 1]],
  ['plain text', [...Buffer.from('HTTP/1.1')]],
])('refuses %s and passes nothing on', (_what, bytes) => {
  expect(() => new FrameSplitter().push(Buffer.from([...bytes, 65]))).toThrow(RangeError);
  const cut = new FrameSplitter();
  cut.push(Buffer.from(bytes.slice(0, 7)));
  expect(() => cut.push(Buffer.from(bytes.slice(7)))).toThrow(RangeError);
});

test('a frame that claims 4 GiB costs only what came of it', () => {
  const splitter = new FrameSplitter();
  const parts = splitter.push(Buffer.concat([Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]), Buffer.from('abc')]));
  expect(parts.map(({ bytes }) => bytes.length)).toEqual([3]);
});
