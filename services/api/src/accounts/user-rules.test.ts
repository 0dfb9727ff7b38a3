import { describe, expect, test } from '@jest/globals';
import { decideChange, decideCreation, type Standing, type UserChange } from './user-rules.js';

const root: Standing = { id: 'root', role: 'admin', isSuperuser: true, isDisabled: false };
const admin: Standing = { id: 'admin', role: 'admin', isSuperuser: false, isDisabled: false };
const viewer: Standing = { id: 'viewer', role: 'viewer', isSuperuser: false, isDisabled: false };
const everybody = [root, admin];

const changes: UserChange[] = [
  { role: 'viewer' },
  { isSuperuser: false },
  { isDisabled: true },
  { credentials: true },
  { removed: true },
];

describe('a superuser', () => {
  test.each(changes)('is beyond the reach of an admin who is none: %j', (change) => {
    expect(decideChange(admin, root, change, everybody)).toBe('superuser_only');
  });

  test('alone makes superusers, and only of admins', () => {
    expect(decideChange(admin, admin, { isSuperuser: true }, everybody)).toBe('superuser_only');
    expect(decideChange(root, admin, { isSuperuser: true }, everybody)).toBe('allowed');
    expect(decideChange(root, viewer, { isSuperuser: true }, everybody)).toBe('superuser_is_admin');
    expect(decideCreation(admin, { role: 'admin', isSuperuser: true })).toBe('superuser_only');
    expect(decideCreation(root, { role: 'viewer', isSuperuser: true })).toBe('superuser_is_admin');
  });

  test('who is the last one stays one', () => {
    expect(decideChange(root, root, { isSuperuser: false }, everybody)).toBe('last_superuser');
    expect(decideChange(root, root, { role: 'viewer', isSuperuser: false }, everybody)).toBe('last_superuser');
    const second = { ...root, id: 'second' };
    expect(decideChange(root, root, { isSuperuser: false }, [root, second])).toBe('allowed');
  });
});

describe('the last admin', () => {
  test.each([{ role: 'viewer' }, { role: 'operator' }] as UserChange[])('does not become less: %j', (change) => {
    expect(decideChange(admin, admin, change, [admin])).toBe('last_admin');
  });

  test('is the last one although there are disabled ones', () => {
    const disabled = { ...admin, id: 'disabled', isDisabled: true };
    expect(decideChange(admin, admin, { role: 'viewer' }, [admin, disabled])).toBe('last_admin');
    expect(decideChange(admin, admin, { role: 'viewer' }, [admin, { ...disabled, isDisabled: false }])).toBe('allowed');
  });
});

test('only an admin who is not disabled changes anything', () => {
  for (const change of changes) {
    expect(decideChange(viewer, viewer, change, everybody)).toBe('no_admin');
    expect(decideChange({ ...root, isDisabled: true }, viewer, change, everybody)).toBe('no_admin');
  }
  expect(decideCreation(viewer, { role: 'viewer', isSuperuser: false })).toBe('no_admin');
});

test('nobody removes or disables himself, or resets his own password without the old one', () => {
  for (const change of [{ removed: true }, { isDisabled: true }, { credentials: true }] as UserChange[])
    expect(decideChange(admin, admin, change, everybody)).toBe('oneself');
});

test('an admin does with accounts that are no superusers what he likes', () => {
  for (const change of changes) {
    expect(decideChange(admin, viewer, change, everybody)).toBe('allowed');
    expect(decideChange(admin, { ...admin, id: 'other' }, change, everybody)).toBe('allowed');
  }
});
