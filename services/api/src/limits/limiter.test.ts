import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import type { Budget } from './budget.js';
import { Limiter } from './limiter.js';
import { ProcessLimits } from './process-limits.js';
import { limitClasses, readRouteLimits } from './route-limits.js';

/** A limiter on a database that can be away, with a clock that stands. */
function setUp() {
  const clock = { ms: 0 };
  const shared = new ProcessLimits(() => clock.ms);
  const database = { isAway: false, asked: 0 };
  const store = {
    take: async (key: string, budget: Budget) => {
      database.asked += 1;
      if (database.isAway) throw new AstrogateError('storage_unavailable');
      return shared.take(key, budget);
    },
    check: async () => {},
    forget: async () => {},
  };
  const limits = readRouteLimits(limitClasses.map((name) => `${name}=3/2/3600`));
  const parts = { store, limits, log: createLogger('api', 'silent'), monotonicMs: () => clock.ms };
  const limiter = new Limiter(parts);
  const allowed = async (name: (typeof limitClasses)[number], by = limiter) =>
    (await by.take(name, 'address', 'a')).isAllowed;
  return { clock, database, allowed, limiter, other: new Limiter(parts) };
}

describe('with the database', () => {
  test('all replicas count together, each class, address and account for itself', async () => {
    const { allowed, limiter, other } = setUp();
    expect([await allowed('read'), await allowed('read', other), await allowed('read')]).toEqual([true, true, true]);
    expect([await allowed('read'), await allowed('read', other)]).toEqual([false, false]);
    expect(await allowed('upload')).toBe(true);
    const byAccount = [];
    for (let i = 0; i < 3; i++) byAccount.push((await limiter.take('read', 'account', 'a')).isAllowed);
    expect(byAccount).toEqual([true, true, false]);
  });

  test('probes do not need it', async () => {
    const { database, allowed } = setUp();
    database.isAway = true;
    for (let i = 0; i < 3; i++) expect(await allowed('probe')).toBe(true);
    expect(await allowed('probe')).toBe(false);
    expect(database.asked).toBe(0);
  });
});

describe('while the database is away', () => {
  test('each process counts by itself, and leaves the database alone for two seconds', async () => {
    const { clock, database, allowed, other } = setUp();
    database.isAway = true;
    const here = [];
    for (let i = 0; i < 5; i++) here.push(await allowed('read'));
    expect(here).toEqual([true, true, true, false, false]);
    expect(database.asked).toBe(1);
    expect(await allowed('read', other)).toBe(true);
    database.isAway = false;
    expect(await allowed('read')).toBe(false);
    clock.ms = 2_000;
    expect(await allowed('read')).toBe(true);
  });

  test.each(['login', 'admin'] as const)('%s is refused', async (name) => {
    const { database, allowed } = setUp();
    database.isAway = true;
    await expect(allowed(name)).rejects.toMatchObject({ code: 'storage_unavailable' });
    database.isAway = false;
    expect(await allowed(name)).toBe(true);
  });
});

test('what is wrong with a query is no reason to count elsewhere', async () => {
  const store = {
    take: async () => {
      throw new AstrogateError('internal');
    },
    check: async () => {},
    forget: async () => {},
  };
  const limiter = new Limiter({ store, limits: readRouteLimits([]), log: createLogger('api', 'silent') });
  await expect(limiter.take('read', 'address', 'a')).rejects.toMatchObject({ code: 'internal' });
});
