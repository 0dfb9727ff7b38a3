import { describe, expect, test } from '@jest/globals';
import { FakeTargets } from '../../test-support/fake-targets.js';
import type { Json, StepContext } from './plan.js';
import type { Act } from './target-client.js';
import { needTargets, type TargetStepOptions, type TargetsContext, targetStep } from './target-steps.js';

const cause = { actor: 'jane', requestId: 'r1' };

function aStep(kept: Record<string, Json> = {}, told?: 'done'): StepContext & { notes: string[] } {
  const notes: string[] = [];
  return {
    ...{ notes, kept, told, gift: undefined, signal: new AbortController().signal },
    keep: async (key, value) => {
      kept[key] = value;
    },
    note: async (detail) => void notes.push(detail),
  };
}

function aTarget() {
  const targets = new FakeTargets('vault');
  return { targets, ctx: { targets, cause } };
}

const acts: Act[] = ['restart', 'stop', 'start', 'reload'];
const step = (act: Act, options: Partial<TargetStepOptions<TargetsContext>> = {}) =>
  targetStep<TargetsContext>(act, 'vault', { byHand: false, ...options });

describe.each(acts)('%s', (act) => {
  test('leaves the target as wished, and says who caused it', async () => {
    const { targets, ctx } = aTarget();
    if (act === 'start') targets.set('vault', 'exited');
    expect(await step(act).run(ctx, aStep())).toBe('done');
    expect(targets.acts).toEqual([[act, 'vault', cause]]);
    expect(targets.targets.get('vault')?.state).toBe(act === 'stop' ? 'exited' : 'running');
  });

  test('done again after a crash it has no second effect', async () => {
    const { targets, ctx } = aTarget();
    if (act === 'start') targets.set('vault', 'exited');
    const kept = {};
    targets.nextError = { code: 'timeout', afterEffect: true };
    await expect(step(act).run(ctx, aStep(kept))).rejects.toMatchObject({ code: 'timeout' });
    const effect = targets.targets.get('vault');
    expect(await step(act).run(ctx, aStep(kept))).toBe('done');
    expect(targets.targets.get('vault')).toEqual(effect);
    // Whether a reload has happened nobody sees; one more does no harm.
    expect(targets.acts).toHaveLength(act === 'reload' ? 2 : 1);
  });

  test('without an engine it waits with the exact command where that is allowed, and fails where it is not', async () => {
    const { targets, ctx } = aTarget();
    targets.hasEngine = false;
    const command = act === 'reload' ? 'docker compose kill -s HUP vault' : `docker compose ${act} vault`;
    const waits = { wait: 'operator', commands: [command], why: expect.stringContaining('Docker Engine') };
    expect(await step(act, { byHand: true }).run(ctx, aStep())).toEqual(waits);
    await expect(step(act).run(ctx, aStep())).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(needTargets(ctx, ['vault'])).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  test('the word of the operator counts only where nothing can be seen', async () => {
    const { targets, ctx } = aTarget();
    targets.hasEngine = false;
    const told = aStep({}, 'done');
    expect(await step(act, { byHand: true }).run(ctx, told)).toBe('done');
    expect(told.notes).toEqual(['done by hand, as the operator says']);
    let isDone = false;
    const seen = step(act, { byHand: true, isDone: async () => isDone });
    expect(await seen.run(ctx, aStep({}, 'done'))).toMatchObject({ wait: 'operator' });
    await expect(seen.probe?.(ctx, aStep())).rejects.toMatchObject({ code: 'engine_unavailable' });
    isDone = true;
    expect(await seen.probe?.(ctx, aStep())).toBe(true);
    expect(await seen.run(ctx, aStep({}, 'done'))).toBe('done');
    // Seen by a probe, nobody has said anything.
    expect(await seen.run(ctx, aStep())).toBe('done');
  });

  test('told a moment too early, while nothing answers yet, it goes on waiting', async () => {
    const { targets, ctx } = aTarget();
    targets.hasEngine = false;
    const isDone = () => Promise.reject(new Error('it is still starting'));
    expect(await step(act, { byHand: true, isDone }).run(ctx, aStep({}, 'done'))).toMatchObject({ wait: 'operator' });
  });

  test('an engine that comes back ends the waiting', async () => {
    const { targets, ctx } = aTarget();
    targets.hasEngine = false;
    const waiting = step(act, { byHand: true });
    await waiting.run(ctx, aStep());
    targets.hasEngine = true;
    expect(await waiting.probe?.(ctx, aStep())).toBe(true);
    expect(await waiting.run(ctx, aStep())).toBe('done');
  });
});

test('what the engine refuses is a failure and no matter for the operator', async () => {
  const { targets, ctx } = aTarget();
  targets.nextError = { code: 'target_failed', afterEffect: false };
  await expect(
    step('start', { byHand: true }).run({ ...ctx, targets: stopped(targets) }, aStep()),
  ).rejects.toMatchObject({ code: 'target_failed' });
});

function stopped(targets: FakeTargets): FakeTargets {
  targets.set('vault', 'exited');
  return targets;
}

test.each([
  ['absent', 'target_absent'],
  ['ambiguous', 'ambiguous_target'],
] as const)('a job that needs a target which is %s does not begin', async (state, code) => {
  const { targets, ctx } = aTarget();
  targets.set('vault', state);
  await expect(needTargets(ctx, ['vault'])).rejects.toMatchObject({ code });
});
