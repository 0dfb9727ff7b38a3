import { expect, test } from '@jest/globals';
import { covers, isDnsName, isServerName, toAlternativeName } from './names.js';

test.each([
  ['example.org', true],
  ['a.b.example.org', true],
  ['localhost', true],
  ['xn--bcher-kva.example', true],
  ['*.example.org', true],
  ['1.example.org', true],
  ['*.org', false],
  ['*', false],
  ['a.*.example.org', false],
  ['w*.example.org', false],
  ['-a.example.org', false],
  ['a-.example.org', false],
  ['under_score.example.org', false],
  ['example.org.', false],
  ['example..org', false],
  ['', false],
  ['exa mple.org', false],
  ['bücher.example', false],
  ['10.0.0.1', false],
  [`${'a'.repeat(64)}.example.org`, false],
  [`${'a.'.repeat(126)}org`, false],
])('%j as a DNS name: %s', (name, isRight) => {
  expect(isDnsName(name)).toBe(isRight);
});

test('addresses are names of servers, too', () => {
  for (const name of ['192.0.2.1', '2001:db8::1', 'example.org']) expect(isServerName(name)).toBe(true);
  for (const name of ['192.0.2.256', '192.0.2', 'https://example.org']) expect(isServerName(name)).toBe(false);
});

test.each([
  [['example.org'], 'example.org', true],
  [['Example.ORG'], 'example.org', true],
  [['example.org'], 'www.example.org', false],
  [['*.example.org'], 'www.example.org', true],
  [['*.example.org'], 'a.www.example.org', false],
  [['*.example.org'], 'example.org', false],
  [['localhost'], 'localhost', true],
  [['*.example.org', '192.0.2.1'], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.2', false],
  [['2001:db8:0:0:0:0:0:1'], '2001:db8::1', true],
  [[], 'example.org', false],
])('%j covers %s: %s', (names, host, isCovered) => {
  expect(covers(names.map(toAlternativeName), host)).toBe(isCovered);
});
