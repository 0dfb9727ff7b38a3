import { expect, test } from '@jest/globals';
import { ByteTail } from './byte-tail.js';

test.each([[1], [2], [3], [7], [8], [9], [100]])('keeps the last 8 bytes of pieces of %i', (size) => {
  const text = 'abcdefghijklmnopqrstuvwxyz';
  const tail = new ByteTail(8);
  for (let at = 0; at < text.length; at += size) {
    tail.push(Buffer.from(text.slice(at, at + size)));
    const seen = text.slice(0, at + size);
    expect(tail.toString()).toBe(seen.slice(-8));
    expect(tail.total).toBe(seen.length);
  }
});
