import { expect, test } from '@jest/globals';
import { parseTargets } from './targets.js';

test('an alias stands for one label and its value', () => {
  expect([...parseTargets(['vault=com.example.role:vault', 'nginx=com.example/role:nginx'])]).toEqual([
    ['vault', { label: 'com.example.role', value: 'vault' }],
    ['nginx', { label: 'com.example/role', value: 'nginx' }],
  ]);
});

test.each([
  ['a capital in the alias', ['Vault=a:b'], 'wrong form'],
  ['no value', ['vault=a'], 'wrong form'],
  ['the owner of sandboxes', ['x=dev.astrogate.owner:astrogate-solver'], 'sandboxes'],
  ['the instance of sandboxes', ['x=dev.astrogate.instance:0'], 'sandboxes'],
  ['an alias twice', ['x=a:b', 'x=a:c'], 'names x twice'],
])('refused: %s', (_what, items, message) => {
  expect(() => parseTargets(items)).toThrow(RangeError);
  expect(() => parseTargets(items)).toThrow(message);
});
