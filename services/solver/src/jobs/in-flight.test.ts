import { AstrogateError } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { InFlight } from './in-flight.js';

const never = new AbortController().signal;

test('the same job is refused while it runs and taken again afterwards', () => {
  const inFlight = new InFlight();
  const first = inFlight.enter('a', never);
  expect(() => inFlight.enter('a', never)).toThrow(expect.objectContaining({ code: 'busy' }));
  inFlight.enter('b', never)[Symbol.dispose]();
  expect(inFlight.size).toBe(1);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  inFlight.enter('a', never);
  first[Symbol.dispose]();
  expect(inFlight.size).toBe(1);
});

test('the signal of an attempt fires for its caller, for abort, for abortAll and at its end', () => {
  const inFlight = new InFlight();
  const caller = new AbortController();
  const byCaller = inFlight.enter('a', caller.signal);
  caller.abort(new AstrogateError('cancelled'));
  expect(byCaller.signal.reason).toMatchObject({ code: 'cancelled' });
  const byAbort = inFlight.enter('b', never);
  byAbort.abort(new AstrogateError('timeout'));
  expect(byAbort.signal.reason).toMatchObject({ code: 'timeout' });
  const byAll = inFlight.enter('c', never);
  inFlight.abortAll(new AstrogateError('draining'));
  expect(byAll.signal.reason).toMatchObject({ code: 'draining' });
  expect(byAbort.signal.reason).toMatchObject({ code: 'timeout' });
  const byEnd = inFlight.enter('d', never);
  byEnd[Symbol.dispose]();
  expect(byEnd.signal.aborted).toBe(true);
});

test('idle resolves when the last attempt has ended, or when the wait is given up', async () => {
  const inFlight = new InFlight();
  await inFlight.idle();
  const [a, b] = [inFlight.enter('a', never), inFlight.enter('b', never)];
  let isIdle = false;
  const idle = inFlight.idle().then(() => {
    isIdle = true;
  });
  a[Symbol.dispose]();
  await Promise.resolve();
  expect(isIdle).toBe(false);
  const impatient = new AbortController();
  const givenUp = inFlight.idle(impatient.signal);
  impatient.abort();
  await givenUp;
  b[Symbol.dispose]();
  await idle;
  expect(isIdle).toBe(true);
});
