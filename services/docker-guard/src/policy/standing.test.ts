import { encodeLabels } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { mayDo, type Standing, standingOf } from './standing.js';

const imageId = `sha256:${'5'.repeat(64)}`;
const targets = new Map([['vault', { label: 'com.example.role', value: 'vault' }]]);
const instanceId = 'd'.repeat(32);
const now = new Date('2030-01-01T00:00:00Z');
const rules = { imageId, indexDir: undefined, apiVersion: '1.41', targets, instanceId, now };
const labels = encodeLabels({ instanceId, expiresAt: now });
const ofAnother = (expiresAt: Date) => encodeLabels({ instanceId: 'e'.repeat(32), expiresAt });
const name = `/astrogate-sandbox-${'c'.repeat(32)}`;
const container = (Name: unknown, Labels: unknown) => ({ Id: 'a'.repeat(64), Name, Config: { Labels } });

test.each<[string, unknown, Standing]>([
  ['name and labels of a sandbox, but not its settings', container(name, labels), 'leftover'],
  ["another solver's sandbox", container(name, ofAnother(now)), 'foreign'],
  ["another solver's that has expired", container(name, ofAnother(new Date(now.getTime() - 1))), 'expired'],
  ['a target', container('/vault', { 'com.example.role': 'vault', other: 'x' }), 'target'],
  ['a target that calls itself a sandbox', container(name, { 'com.example.role': 'vault' }), 'foreign'],
  ['a sandbox with the label of a target', container(name, { ...labels, 'com.example.role': 'vault' }), 'leftover'],
  ['a target with the label of a sandbox', container('/vault', { ...labels, 'com.example.role': 'vault' }), 'foreign'],
  ['another value of the label', container('/vault', { 'com.example.role': 'nginx' }), 'foreign'],
  ['no labels', container(name, {}), 'foreign'],
  ['null for labels', container(name, null), 'foreign'],
  ['half the labels', container(name, { ...labels, 'dev.astrogate.instance': undefined }), 'foreign'],
  ['another name', container('/astrogate-sandbox-x', labels), 'foreign'],
  ['no name', container(undefined, labels), 'foreign'],
  ['nothing', undefined, 'foreign'],
])('%s: %#', (_what, inspected, standing) => {
  expect(standingOf(inspected, rules)).toBe(standing);
});

test('while nobody is known to be served, no sandbox may be touched before it has expired', () => {
  const unknown = { ...rules, instanceId: undefined };
  expect(standingOf(container(name, labels), unknown)).toBe('foreign');
  expect(standingOf(container(name, labels), { ...unknown, now: new Date(now.getTime() + 1) })).toBe('expired');
});

test('of an unreviewed API version nothing is known to equal the spec', () => {
  expect(standingOf(container(name, labels), { ...rules, apiVersion: '1.99' })).toBe('leftover');
});

test('what may be done with whom', () => {
  const verbs = ['attach', 'start', 'wait', 'kill', 'inspect', 'remove', 'reload', 'stop', 'restart'] as const;
  const allowed = (standing: Standing) => verbs.filter((verb) => mayDo(standing, verb)).join(' ');
  expect(allowed('sandbox')).toBe('attach start wait kill inspect remove');
  expect(allowed('leftover')).toBe('wait kill inspect remove');
  expect(allowed('expired')).toBe('remove');
  expect(allowed('target')).toBe('start inspect reload stop restart');
  expect(allowed('foreign')).toBe('');
});
