import { containerSpec, instanceLabel } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { Denied } from '../denied.js';
import { longestLifeMs } from '../limits.js';
import { rebuildBody } from './create-body.js';

const now = new Date('2030-01-01T00:00:00Z');
const sandboxId = 'c'.repeat(32);
const imageId = `sha256:${'5'.repeat(64)}`;
const instanceId = 'd'.repeat(32);
const template = { imageId, indexDir: undefined };
const spec = (lifeMs: number, more: object = {}) =>
  containerSpec(sandboxId, { imageId, instanceId, expiresAt: new Date(now.getTime() + lifeMs), ...more });
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const rebuild = (received: Buffer, config: Parameters<typeof rebuildBody>[2] = template) =>
  rebuildBody(sandboxId, received, config, now);

test('the canonical body is rebuilt, in bytes of our own', () => {
  const received = bytes(spec(60_000).body);
  const { name, body } = rebuild(received);
  expect(name).toBe(`astrogate-sandbox-${sandboxId}`);
  expect(body.equals(received)).toBe(true);
  expect(body).not.toBe(received);
});

test('so is one with the index directory of this guard, and none with another', () => {
  const received = bytes(spec(60_000, { indexDir: '/srv/indexes' }).body);
  expect(rebuild(received, { imageId, indexDir: '/srv/indexes' }).body.equals(received)).toBe(true);
  expect(() => rebuild(received, { imageId, indexDir: '/srv/other' })).toThrow(Denied);
  expect(() => rebuild(received)).toThrow(Denied);
});

test.each([
  ['expires now', 0],
  ['has expired', -1],
  ['expires too late', longestLifeMs + 1],
])('denied: one that %s', (_what, lifeMs) => {
  expect(() => rebuild(bytes(spec(lifeMs).body))).toThrow('expire');
});

test('one that expires at the last allowed moment passes', () => {
  expect(() => rebuild(bytes(spec(longestLifeMs).body))).not.toThrow();
});

test('a label that only looks like text is denied', () => {
  const { body } = spec(60_000);
  const Labels = { ...body.Labels, [instanceLabel]: [instanceId] };
  expect(() => rebuild(bytes({ ...body, Labels }))).toThrow(Denied);
});

test.each(['', 'null', '[]', '"x"', '{}', '{"Labels":null}', '{"Labels":"x"}', '[[[', '{"__proto__":{"Labels":{}}}'])(
  'denied: %j',
  (text) => {
    expect(() => rebuild(Buffer.from(text))).toThrow(Denied);
  },
);
