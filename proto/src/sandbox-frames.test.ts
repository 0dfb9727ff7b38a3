import { describe, expect, test } from '@jest/globals';
import {
  decodeJobPreamble,
  EventDecoder,
  encodeEvent,
  encodeJobHead,
  jobPreambleBytes,
  maxEventBytes,
} from './sandbox-frames.js';

describe('job frame', () => {
  test('carries the lengths of header and upload', () => {
    const head = encodeJobHead({ a: 'é' }, 7);
    expect(decodeJobPreamble(head.subarray(0, jobPreambleBytes))).toEqual({ headerBytes: 10, uploadBytes: 7 });
    expect(JSON.parse(head.subarray(jobPreambleBytes).toString())).toEqual({ a: 'é' });
  });

  test('refuses other bytes and a header over the limit', () => {
    expect(() => decodeJobPreamble(Buffer.from('GET / HTTP/1.1'))).toThrow('not a job frame');
    expect(() => decodeJobPreamble(Buffer.from('AGJ1\xff\xff\xff\xff\0\0\0\0', 'latin1'))).toThrow('too long');
    expect(() => encodeJobHead({ a: 'x'.repeat(20_000) }, 1)).toThrow('too long');
  });
});

describe('EventDecoder', () => {
  const stream = Buffer.concat([
    encodeEvent('ready', { a: 1 }),
    encodeEvent('progress', {}),
    encodeEvent('outcome', { b: 'x'.repeat(99) }),
  ]);

  test.each([1, 2, 5, 6, 64, stream.length])('gives the same events for chunks of %d bytes', (size) => {
    const decoder = new EventDecoder();
    const events: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      events.push(...decoder.push(stream.subarray(at, at + size)).map((event) => `${event.kind} ${event.json.length}`));
    }
    expect(events).toEqual(['ready 7', 'progress 2', 'outcome 107']);
    expect(decoder.pendingBytes).toBe(0);
  });

  test('refuses an unknown kind and a length over the limit at once', () => {
    expect(() => new EventDecoder().push(Buffer.from('Xaaaa'))).toThrow('unknown event kind');
    const long = Buffer.from('O\0\0\0\0', 'latin1');
    long.writeUInt32BE(maxEventBytes + 1, 1);
    expect(() => new EventDecoder().push(long)).toThrow('too long');
  });

  test('takes a large event byte by byte without joining it each time', () => {
    const event = encodeEvent('outcome', 'y'.repeat(300_000));
    const decoder = new EventDecoder();
    let found = 0;
    for (const byte of event) found += decoder.push(Buffer.of(byte)).length;
    expect(found).toBe(1);
  });
});
