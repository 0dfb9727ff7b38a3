import { expect, test } from '@jest/globals';
import { quotaPattern, quotaRoles, readQuotas } from './quotas.js';
import { limitClasses, limitPattern, readRouteLimits } from './route-limits.js';

test('what is not named keeps its quota', () => {
  const quotas = readQuotas(['anonymous=5/1000']);
  expect(quotas.anonymous).toEqual({ jobs: 5, bytes: 1000 });
  expect(quotas.viewer).toEqual(readQuotas([]).viewer);
  expect(() => readQuotas(['viewer=1/1', 'viewer=2/2'])).toThrow('API_QUOTAS names viewer twice');
  for (const role of quotaRoles) expect(`${role}=1/1`).toMatch(quotaPattern);
  for (const text of ['viewer=0/1', 'viewer=1', 'stranger=1/1', 'viewer=1/0', 'viewer=-1/5', 'viewer=1/1/1'])
    expect(text).not.toMatch(quotaPattern);
});

test('what is not named keeps its limits, and none can be turned off', () => {
  const limits = readRouteLimits(['login=5/4/60']);
  expect(limits.login).toMatchObject({
    address: { count: 5, seconds: 60 },
    account: { count: 4, seconds: 60 },
    away: 'refuse',
  });
  expect(limits.read).toEqual(readRouteLimits([]).read);
  expect(() => readRouteLimits(['read=1/1/1', 'read=1/1/1'])).toThrow('API_RATE_LIMITS names read twice');
  for (const name of limitClasses) expect(`${name}=1/1/1`).toMatch(limitPattern);
  for (const text of ['read=0/1/1', 'read=1/1/0', 'read=1/1', 'read=', 'all=1/1/1', 'read=99999999/1/1'])
    expect(text).not.toMatch(limitPattern);
});
