import { Readable } from 'node:stream';
import { maxChunkBytes } from '@astrogate/common';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { patientReader, withPatience } from './patience.js';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

const passTime = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);

describe('a request', () => {
  test('is given up when nothing goes on for 20 seconds', async () => {
    let signal: AbortSignal | undefined;
    let progress = () => {};
    const ended = withPatience(async (given, made) => {
      [signal, progress] = [given, made];
      await new Promise((resolve) => given.addEventListener('abort', resolve));
      return 'given up';
    });
    for (let i = 0; i < 5; i++) {
      await passTime(19);
      progress();
    }
    expect(signal?.aborted).toBe(false);
    await passTime(20);
    expect(await ended).toBe('given up');
  });

  test('that has ended leaves no timer', async () => {
    expect(await withPatience(async () => 1)).toBe(1);
    await expect(withPatience(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a body', () => {
  const open = () => {
    const body = new Readable({ read() {} });
    const reader = patientReader(body, (error) => new Error(`mapped: ${(error as Error).message}`));
    reader.on('error', () => {});
    return { body, reader };
  };

  test('whose server falls silent is given up after 20 seconds', async () => {
    const { body, reader } = open();
    const chunks = reader[Symbol.asyncIterator]();
    body.push('a');
    expect(String((await chunks.next()).value)).toBe('a');
    const silent = expect(chunks.next()).rejects.toThrow('mapped: the server fell silent');
    await passTime(19);
    expect(reader.destroyed).toBe(false);
    await passTime(1);
    await silent;
    expect(body.destroyed).toBe(true);
  });

  test('that nobody has begun to read, or that waits to be read on, may wait for ever', async () => {
    const { body, reader } = open();
    await passTime(3600);
    const chunks = reader[Symbol.asyncIterator]();
    for (let i = 0; i < 5; i++) body.push(Buffer.alloc(maxChunkBytes / 4));
    body.push(null);
    let bytes = (await chunks.next()).value.length;
    await passTime(3600);
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      expect(next.value.length).toBeLessThanOrEqual(maxChunkBytes);
      bytes += next.value.length;
    }
    expect(bytes).toBe((5 * maxChunkBytes) / 4);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that breaks while nobody reads it tells whoever reads on', async () => {
    const { body, reader } = open();
    body.destroy(new Error('reset'));
    await passTime(1);
    await expect(reader[Symbol.asyncIterator]().next()).rejects.toThrow('mapped: reset');
  });

  test('that is left is given back', async () => {
    const { body, reader } = open();
    reader.destroy();
    await passTime(1);
    expect(body.destroyed).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
