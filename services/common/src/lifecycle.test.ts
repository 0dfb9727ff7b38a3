// Promise R6: the first signal drains, the second gives up, the third ends the process. The service is a fake.
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runService } from './lifecycle.js';
import { createLogger } from './logger.js';

let exits: unknown[];
beforeEach(() => {
  exits = [];
  // What would end the process is written down instead.
  jest.spyOn(process, 'exit').mockImplementation((code) => void exits.push(code) as never);
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.removeAllListeners(signal);
});

/** Starts a fake service whose drain lasts until `end` is called, or it is given up. */
async function start(graceMs = 60_000) {
  const log: string[] = [];
  const drained = Promise.withResolvers<void>();
  const service = {
    drain: async (signal: AbortSignal) => {
      log.push('drain');
      signal.addEventListener('abort', () => log.push('given up'), { once: true });
      await drained.promise;
    },
    close: async () => void log.push('close'),
  };
  await runService({
    name: 'test',
    start: async () => ({ service, log: createLogger('test', 'silent'), graceMs, ready: {} }),
  });
  const until = async (holds: () => boolean) => {
    while (!holds()) await turn();
  };
  return { log, end: () => drained.resolve(), until };
}

test('the first signal drains and ends with 0', async () => {
  const { log, end, until } = await start();
  process.emit('SIGTERM');
  await turn();
  expect([log, exits]).toEqual([['drain'], []]);
  end();
  await until(() => exits.length > 0);
  expect([log, exits]).toEqual([['drain', 'close'], [0]]);
});

test('the second signal gives running work up at once, and the end is not clean', async () => {
  const { log, end, until } = await start();
  process.emit('SIGTERM');
  process.emit('SIGINT');
  expect(log).toEqual(['drain', 'given up']);
  end();
  await until(() => exits.length > 0);
  expect(exits).toEqual([1]);
});

test('the third signal ends the process, whatever still hangs', async () => {
  const { log } = await start();
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM'] as const) process.emit(signal);
  expect([log, exits]).toEqual([['drain', 'given up'], [1]]);
});

test('the end of the grace gives running work up, too', async () => {
  const { log, until } = await start(1);
  process.emit('SIGTERM');
  await until(() => log.includes('given up'));
  expect(exits).toEqual([]);
});
