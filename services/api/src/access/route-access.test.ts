import { expect, test } from '@jest/globals';
import { accountOwner, actsAsAdmin, mayUseJob } from './job-access.js';
import type { Principal, Role, Scope } from './principal.js';
import { decideAccess } from './route-access.js';

const anonymous: Principal = { kind: 'anonymous', callerKey: 'c' };
const user = (role: Role): Principal => ({
  ...{ kind: 'user', userId: 'u1', name: 'ada', role, isSuperuser: false, sessionId: 's1' },
});
const key = (role: Role, ...scopes: Scope[]): Principal => ({
  ...{ kind: 'key', keyId: 'k1', userId: 'u1', name: 'ada', role, isSuperuser: false, scopes },
});

test('a role has what the lesser ones have, and no more', () => {
  const operators = { least: 'operator', scope: 'read' } as const;
  expect(decideAccess(operators, user('viewer'), true)).toBe('forbidden');
  expect(decideAccess(operators, user('operator'), true)).toBe('allowed');
  expect(decideAccess(operators, user('admin'), true)).toBe('allowed');
});

test('anonymous callers get in only where the route and the configuration say so', () => {
  const solving = { least: 'viewer', scope: 'solve', mayBeAnonymous: true } as const;
  expect(decideAccess(solving, anonymous, true)).toBe('allowed');
  expect(decideAccess(solving, anonymous, false)).toBe('unauthenticated');
  expect(decideAccess({ least: 'viewer', scope: 'solve' }, anonymous, true)).toBe('unauthenticated');
  expect(decideAccess({ public: true }, anonymous, false)).toBe('allowed');
});

test('a key does only what it is for, and never more than its account may', () => {
  const administering = { least: 'admin', scope: 'admin' } as const;
  expect(decideAccess(administering, key('admin', 'admin'), false)).toBe('allowed');
  expect(decideAccess(administering, key('admin', 'solve', 'read'), false)).toBe('forbidden');
  expect(decideAccess(administering, key('viewer', 'admin'), false)).toBe('forbidden');
  expect(decideAccess({ ...administering, sessionOnly: true }, key('admin', 'admin'), false)).toBe('forbidden');
});

test('jobs of an account are its own and the admins’; of other jobs the id is the secret', () => {
  const own = accountOwner(user('viewer'));
  expect(mayUseJob(user('viewer'), own)).toBe(true);
  expect(mayUseJob(user('operator'), 'user:u2')).toBe(false);
  expect(mayUseJob(anonymous, own)).toBe(false);
  expect(mayUseJob(user('admin'), 'user:u2')).toBe(true);
  expect(mayUseJob(key('admin', 'read'), 'user:u2')).toBe(false);
  expect(mayUseJob(anonymous, 'aKeyOfAnAnonymousOwner')).toBe(true);
  expect(mayUseJob(anonymous, undefined)).toBe(true);
  expect(actsAsAdmin(key('admin', 'admin'))).toBe(true);
});
