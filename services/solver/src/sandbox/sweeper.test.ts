import { createLogger } from '@astrogate/common';
import { encodeLabels } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import type { DockerEngine } from './docker-engine.js';
import { EngineError, type EngineErrorKind } from './engine-error.js';
import { LiveSandboxes } from './live-sandboxes.js';
import { isLeftover, sweep } from './sweeper.js';

const own = 'a'.repeat(32);
const other = 'b'.repeat(32);
const sandboxId = 'c'.repeat(32);
const now = new Date('2030-01-01T00:00:00Z');
const before = new Date('2029-12-31T23:59:59Z');
const after = new Date('2030-01-01T00:00:01Z');
const name = `/astrogate-sandbox-${sandboxId}`;

test.each<[string, string, Record<string, string>, boolean]>([
  ['our own, not expired', name, encodeLabels({ instanceId: own, expiresAt: after }), true],
  ['our own, expired', name, encodeLabels({ instanceId: own, expiresAt: before }), true],
  ["another solver's, not expired", name, encodeLabels({ instanceId: other, expiresAt: after }), false],
  ["another solver's, expired", name, encodeLabels({ instanceId: other, expiresAt: before }), true],
  ['one without labels', name, {}, false],
  [
    'one of another owner',
    name,
    { ...encodeLabels({ instanceId: own, expiresAt: before }), 'dev.astrogate.owner': 'x' },
    false,
  ],
  ['one with another name', '/vault', encodeLabels({ instanceId: own, expiresAt: before }), false],
  ['one with no name', '', encodeLabels({ instanceId: own, expiresAt: before }), false],
])('%s: %s', (_what, containerName, Labels, expected) => {
  const live = new LiveSandboxes();
  expect(isLeftover({ Names: [containerName], Labels }, { instanceId: own, live }, now)).toBe(expected);
});

test('one that is held is no leftover, whatever its labels say', () => {
  const live = new LiveSandboxes();
  live.add(sandboxId, 'job');
  const container = { Names: [name], Labels: encodeLabels({ instanceId: own, expiresAt: before }) };
  expect(isLeftover(container, { instanceId: own, live }, now)).toBe(false);
  live.delete(sandboxId);
  expect(isLeftover(container, { instanceId: own, live }, now)).toBe(true);
});

/** Ids that a sweep of two leftovers asks a fake engine to remove, which fails in this way each time. */
async function asked(kind: EngineErrorKind, live = new LiveSandboxes()): Promise<string[]> {
  const ids: string[] = [];
  const Labels = encodeLabels({ instanceId: own, expiresAt: after });
  const engine = {
    list: async () => ['1', '2'].map((Id) => ({ Id, Names: [`${name.slice(0, -1)}${Id}`], Labels })),
    remove: async (id: string) => {
      ids.push(id);
      throw new EngineError(kind);
    },
  } as unknown as DockerEngine;
  await sweep({ engine, live, log: createLogger('test', 'silent'), instanceId: own }).catch(() => {});
  return ids;
}

test('a leftover that cannot be removed does not protect the next one; an engine that is gone ends the sweep', async () => {
  expect(await asked('refused')).toEqual(['1', '2']);
  expect(await asked('unreachable')).toEqual(['1']);
});

test('what a sweep could not remove makes the next one due', async () => {
  const live = new LiveSandboxes();
  await asked('refused', live);
  expect(live.hasLeft).toBe(true);
  const engine = { list: async () => [] } as unknown as DockerEngine;
  await sweep({ engine, live, log: createLogger('test', 'silent'), instanceId: own });
  expect(live.hasLeft).toBe(false);
});
