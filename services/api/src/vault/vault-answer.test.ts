import { describe, expect, test } from '@jest/globals';
import { toHealth } from './health.js';
import { errorsOf, refusalOf } from './vault-answer.js';

const refused = (status: number, ...errors: string[]) => ({ status, json: { errors } });

test.each([
  [refused(503, 'Vault is sealed'), 'vault_sealed'],
  [refused(500, 'error performing token check: Vault is sealed'), 'vault_sealed'],
  [refused(403, 'permission denied'), 'vault_denied'],
  [refused(400, 'invalid role or secret ID'), 'vault_denied'],
  [refused(429, ''), 'vault_unavailable'],
  [refused(472), 'vault_unavailable'],
  [refused(473), 'vault_unavailable'],
  [refused(501), 'vault_unavailable'],
  [refused(500, 'local node not active but active cluster node not found'), 'vault_unavailable'],
  [{ status: 502, json: undefined }, 'vault_unavailable'],
])('%j is told as %s, with the words of Vault as its cause', (answer, code) => {
  const refusal = refusalOf(answer);
  expect(refusal.code).toBe(code);
  expect(String((refusal.cause as Error).message)).toContain(errorsOf(answer));
});

test('what Vault says is not passed on', () => {
  for (const status of [400, 403, 500, 503])
    expect(refusalOf(refused(status, 'the path of a secret')).message).not.toMatch(/path of a secret/);
});

test('what Vault says is cut to what a log line holds', () => {
  expect(errorsOf(refused(500, 'x'.repeat(10_000)))).toHaveLength(500);
});

describe('health', () => {
  const seal = { initialized: true, sealed: false, type: 'shamir', t: 3, n: 5, progress: 0, version: '1.21.4' };
  const seen = (sealStatus: object, health?: object) =>
    toHealth({ status: 200, json: { ...seal, ...sealStatus } }, health && { status: 429, json: health }).state;

  test('is the state that both answers tell', () => {
    expect(seen({ initialized: false, sealed: true })).toBe('uninitialised');
    expect(seen({ sealed: true })).toBe('sealed');
    expect(seen({}, { sealed: false, standby: true })).toBe('standby');
    expect(seen({}, { sealed: false, standby: false })).toBe('active');
    // Sealed between both questions.
    expect(seen({}, { sealed: true, standby: true })).toBe('sealed');
  });

  test('of what is no Vault is none', () => {
    const json = { status: 'ok' };
    expect(() => toHealth({ status: 200, json }, undefined)).toThrow('What answers there is not a Vault');
    expect(() => toHealth({ status: 200, json: seal }, { status: 200, json })).toThrow('What answers there');
  });
});
