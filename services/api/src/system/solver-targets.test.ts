import { describe, expect, test } from '@jest/globals';
import { FakeTargets } from '../../test-support/fake-targets.js';
import type { Place } from '../solvers/solver-address.js';
import { SolverTargets } from './solver-targets.js';
import { targetError } from './target-error.js';

const cause = { actor: 'jane', requestId: 'r1' };

function pool(...solvers: FakeTargets[]): SolverTargets {
  const places = solvers.map((_, n): Place => ({ name: 'solver:1', port: 1, addresses: [`10.0.0.${n}`] }));
  const connect = (place: Place) => solvers[Number(place.addresses[0]?.at(-1))] as FakeTargets;
  return new SolverTargets({ places: async () => places, connect });
}

test('an act goes to the solver that has the container, with who caused it', async () => {
  const [other, own] = [new FakeTargets('nginx'), new FakeTargets('vault')];
  await pool(other, own).act('restart', 'vault', cause);
  expect(other.acts).toEqual([]);
  expect(own.acts).toEqual([['restart', 'vault', cause]]);
});

test('two solvers that see the same container act on it once', async () => {
  const [one, other] = [new FakeTargets('vault'), new FakeTargets('vault')];
  await pool(one, other).act('stop', 'vault', cause);
  expect([one.acts.length, other.acts.length]).toEqual([1, 0]);
});

test('two solvers with a container each: nobody knows which one is meant, and nothing is done', async () => {
  const [one, other] = [new FakeTargets('vault'), new FakeTargets('vault')];
  other.set('vault', 'running');
  await expect(pool(one, other).act('stop', 'vault', cause)).rejects.toMatchObject({ code: 'ambiguous_target' });
  expect([...one.acts, ...other.acts]).toEqual([]);
});

test('a solver without an engine is passed over; when none has one, there is no engine', async () => {
  const [without, own] = [new FakeTargets('vault'), new FakeTargets('vault')];
  without.hasEngine = false;
  const both = pool(without, own);
  expect(await both.capabilities()).toEqual({ engine: true, targets: ['vault'] });
  await both.act('restart', 'vault', cause);
  own.hasEngine = false;
  await expect(both.act('restart', 'vault', cause)).rejects.toMatchObject({ code: 'engine_unavailable' });
  expect(await both.capabilities()).toEqual({ engine: false, targets: ['vault'] });
});

test('a target that nobody has is absent', async () => {
  const one = new FakeTargets('vault');
  one.set('vault', 'absent');
  await expect(pool(one).act('restart', 'vault', cause)).rejects.toMatchObject({ code: 'target_absent' });
  await expect(pool(one).act('restart', 'nginx', cause)).rejects.toMatchObject({ code: 'target_absent' });
  await expect(pool().list()).rejects.toMatchObject({ code: 'engine_unavailable' });
});

describe('what a failed call means', () => {
  test.each([
    ['UNAVAILABLE', undefined, 'engine_unavailable'],
    ['UNAVAILABLE', 'engine_unavailable', 'engine_unavailable'],
    ['NOT_FOUND', 'not_found', 'target_absent'],
    ['FAILED_PRECONDITION', 'ambiguous_target', 'ambiguous_target'],
    ['FAILED_PRECONDITION', 'target_not_running', 'target_not_running'],
    ['FAILED_PRECONDITION', 'target_failed', 'target_failed'],
    ['RESOURCE_EXHAUSTED', 'rate_limited', 'rate_limited'],
    ['DEADLINE_EXCEEDED', undefined, 'timeout'],
    ['PERMISSION_DENIED', 'forbidden', 'internal'],
    ['INVALID_ARGUMENT', 'invalid_request', 'internal'],
    ['INTERNAL', 'constructor', 'internal'],
    ['toString', undefined, 'internal'],
  ])('%s with the code %s is %s', (status, trailer, code) => {
    expect(targetError(status, trailer, undefined).code).toBe(code);
  });
});
