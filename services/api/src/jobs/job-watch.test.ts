import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { JobEvent, JobEvents, JobListener } from './job-store.js';
import { JobWatch } from './job-watch.js';

/** A fake store: one job, `j`, with these events. */
let events: JobEvent[];
let hasEnded: boolean;
let isThere: boolean;
let reads: number;
let read: () => Promise<void>;
let listener: JobListener;
let watch: JobWatch;
let stop: AbortController;

const happen = (count = 1) => {
  for (let i = 0; i < count; i++)
    events.push({ seq: events.length + 1, attempt: 1, status: 'running', at: new Date(0) });
};

beforeEach(async () => {
  [events, hasEnded, isThere, reads, read] = [[], false, true, 0, async () => {}];
  const store = {
    listen: async (given: JobListener) => {
      listener = given;
      return async () => {};
    },
    events: async (_: string, after: number, limit: number): Promise<JobEvents | undefined> => {
      reads += 1;
      const found = { events: events.filter(({ seq }) => seq > after).slice(0, limit), hasEnded };
      await read();
      return isThere ? found : undefined;
    },
  };
  watch = new JobWatch({ store, log: createLogger('api', 'silent') });
  stop = new AbortController();
  jest.useFakeTimers();
  await watch.start();
});
afterEach(async () => {
  await watch.close();
  jest.useRealTimers();
});

/** Follows the job; `seen` grows with what comes. */
function follow(after = 0) {
  const seen: number[] = [];
  const done = (async () => {
    for await (const { seq } of watch.follow('j', after, stop.signal)) seen.push(seq);
  })();
  return { seen, done };
}

const settle = () => jest.advanceTimersByTimeAsync(0);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('what was and what comes is told once, in order, to the end', async () => {
  happen(3);
  const { seen, done } = follow();
  await settle();
  expect(seen).toEqual([1, 2, 3]);
  happen();
  listener.changed?.('j');
  await settle();
  expect(seen).toEqual([1, 2, 3, 4]);
  happen();
  hasEnded = true;
  listener.changed?.('j');
  await done;
  expect(seen).toEqual(upTo(5));
  expect(watch.size).toBe(0);
});

test('many events are read page by page, also those of a job that has ended', async () => {
  happen(120);
  hasEnded = true;
  const { seen, done } = follow(3);
  await done;
  expect(seen).toEqual(upTo(120).slice(3));
  expect(reads).toBe(3);
});

test('what changes while the store is being read is not missed', async () => {
  const gate = Promise.withResolvers<void>();
  read = () => gate.promise;
  const first = follow();
  await settle();
  happen();
  listener.changed?.('j');
  // It comes level with one whose read is too old for it.
  const second = follow();
  gate.resolve();
  await settle();
  expect([first.seen, second.seen]).toEqual([[1], [1]]);
  stop.abort();
  await Promise.all([first.done, second.done]);
});

test('those who are level share a read', async () => {
  const all = Array.from({ length: 100 }, () => follow());
  await settle();
  const before = reads;
  happen();
  listener.changed?.('j');
  await settle();
  expect(all.every(({ seen }) => seen.length === 1)).toBe(true);
  // One for the event, one that finds nothing behind it at most.
  expect(reads - before).toBeLessThanOrEqual(2);
  stop.abort();
  await Promise.all(all.map(({ done }) => done));
  expect(watch.size).toBe(0);
});

test('changes of other jobs are none of its business', async () => {
  const { done } = follow();
  await settle();
  const before = reads;
  listener.changed?.('other');
  listener.queued();
  await settle();
  expect(reads).toBe(before);
  stop.abort();
  await done;
});

test('what a lost connection has swallowed is found when it is back', async () => {
  const { seen, done } = follow();
  await settle();
  happen();
  listener.gap();
  await settle();
  expect(seen).toEqual([1]);
  stop.abort();
  await done;
});

test('what no notice tells is found within half a minute', async () => {
  const { seen, done } = follow();
  await settle();
  happen();
  await jest.advanceTimersByTimeAsync(30_000);
  expect(seen).toEqual([1]);
  stop.abort();
  await done;
});

test('a database that is away is waited for', async () => {
  happen();
  const { seen, done } = follow();
  await settle();
  read = async () => {
    throw new AstrogateError('storage_unavailable');
  };
  happen();
  listener.changed?.('j');
  await jest.advanceTimersByTimeAsync(7_000);
  read = async () => {};
  await jest.advanceTimersByTimeAsync(2_000);
  expect(seen).toEqual([1, 2]);
  stop.abort();
  await done;
});

test('another failure ends it', async () => {
  read = async () => {
    throw new AstrogateError('internal');
  };
  await expect(follow().done).rejects.toMatchObject({ code: 'internal' });
  expect(watch.size).toBe(0);
});

test('it ends when the job is gone', async () => {
  const { done } = follow();
  await settle();
  isThere = false;
  listener.changed?.('j');
  await done;
});
