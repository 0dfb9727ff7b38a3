import { expect, test } from '@jest/globals';
import type { CertificateFacts, PairFacts } from './facts.js';
import { problemsOf } from './problems.js';

const now = new Date('2026-06-01T00:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';

const leaf: CertificateFacts = {
  ...{ subject: 'CN=leaf', serial: '4A', fingerprint: 'F1', notBefore: days(-1), notAfter: days(89) },
  ...{ key: { kind: 'ec', curve: 'prime256v1' }, signatureHash: 'SHA-256', isAuthority: false },
  usages: { maySign: true, mayCertify: false },
  purposes: [serverAuth],
  names: [{ type: 'dns', value: 'sky.example.org' }],
};
const authority: CertificateFacts = {
  ...leaf,
  ...{ subject: 'CN=authority', notBefore: days(-300), notAfter: days(3_000), isAuthority: true, names: [] },
  usages: { maySign: false, mayCertify: true },
  purposes: undefined,
};
const demand = { hosts: ['sky.example.org'], now };

const chainOf = (first: Partial<CertificateFacts>, second: Partial<CertificateFacts> = {}): PairFacts => ({
  chain: [
    { ...leaf, ...first },
    { ...authority, ...second },
  ],
  ...{ isKeyOfFirst: true, signedByNext: [true] },
});

test('a good one has no problem, with its chain or alone', () => {
  expect(problemsOf(chainOf({}), demand)).toEqual([]);
  expect(problemsOf({ chain: [leaf], isKeyOfFirst: true, signedByNext: [] }, demand)).toEqual([]);
});

const leafCases: [string, Partial<CertificateFacts>, string | undefined][] = [
  ['398 days', { notBefore: days(-1), notAfter: days(397) }, undefined],
  ['a second more', { notBefore: days(-1), notAfter: new Date(days(397).getTime() + 1000) }, 'valid for 399 days'],
  // What the reference issues: as long as its authority lasts.
  ['7,297 days', { notBefore: days(0), notAfter: days(7_297) }, 'valid for 7297 days'],
  ['not valid yet', { notBefore: days(1) }, 'not valid before 2026-06-02'],
  ['valid from this moment', { notBefore: now }, undefined],
  ['expired', { notAfter: days(-1) }, 'expired on 2026-05-31'],
  ['expired at this moment', { notAfter: now }, 'expired on'],
  ['RSA 2048', { key: { kind: 'rsa', bits: 2048 } }, undefined],
  ['RSA 4096', { key: { kind: 'rsa', bits: 4096 } }, undefined],
  ['RSA 2047', { key: { kind: 'rsa', bits: 2047 } }, 'at least 2048'],
  ['RSA 16384', { key: { kind: 'rsa', bits: 16_384 } }, 'at most 8192'],
  ['P-384', { key: { kind: 'ec', curve: 'secp384r1' } }, undefined],
  ['P-521', { key: { kind: 'ec', curve: 'secp521r1' } }, 'P-256 and P-384'],
  ['secp256k1', { key: { kind: 'ec', curve: 'secp256k1' } }, 'P-256 and P-384'],
  ['a curve called like a property', { key: { kind: 'ec', curve: 'constructor' } }, 'P-256 and P-384'],
  ['Ed25519', { key: { kind: 'other', name: 'Ed25519' } }, 'browsers do not take'],
  ['an authority', { isAuthority: true }, 'that of an authority'],
  ['no extended key usage', { purposes: undefined }, 'serverAuth'],
  ['for clients alone', { purposes: [clientAuth] }, 'serverAuth'],
  ['for both', { purposes: [clientAuth, serverAuth] }, undefined],
  ['no key usage', { usages: undefined }, undefined],
  ['may not sign', { usages: { maySign: false, mayCertify: false } }, 'digitalSignature'],
  ['SHA-1', { signatureHash: 'SHA-1' }, 'signed with SHA-1'],
  ['no name', { names: [] }, 'no subject alternative name'],
  ['only a mail address', { names: [{ type: 'other', value: 'a@example.org' }] }, 'no subject alternative name'],
  ['another name', { names: [{ type: 'dns', value: 'other.example.org' }] }, 'not for sky.example.org'],
  ['a wildcard', { names: [{ type: 'dns', value: '*.example.org' }] }, undefined],
  ['a wrong name beside the right one', { names: [...leaf.names, { type: 'dns', value: 'a_b' }] }, '"a_b" is no name'],
];

test.each(leafCases)('the certificate: %s', (_what, facts, problem) => {
  const problems = problemsOf(chainOf(facts), demand);
  if (problem === undefined) expect(problems).toEqual([]);
  else expect(problems).toEqual([expect.stringContaining(problem)]);
});

const authorityCases: [string, Partial<CertificateFacts>, string | undefined][] = [
  ['twenty years', { notAfter: days(7_300) }, undefined],
  ['expired', { notAfter: days(-1) }, 'certificate 2 has expired'],
  ['not valid yet', { notBefore: days(1) }, 'certificate 2 is not valid before'],
  ['is none', { isAuthority: false }, 'certificate 2 is not that of an authority'],
  ['may not certify', { usages: { maySign: true, mayCertify: false } }, 'certificate 2 may not sign certificates'],
  ['a weak key', { key: { kind: 'rsa', bits: 1024 } }, 'the key of certificate 2'],
  ['SHA-1', { signatureHash: 'SHA-1' }, 'certificate 2 is signed with SHA-1'],
];

test.each(authorityCases)('its authority: %s', (_what, facts, problem) => {
  const problems = problemsOf(chainOf({}, facts), demand);
  if (problem === undefined) expect(problems).toEqual([]);
  else expect(problems).toEqual([expect.stringContaining(problem)]);
});

test('a key of another certificate, and a wrong order', () => {
  expect(problemsOf({ ...chainOf({}), isKeyOfFirst: false }, demand)).toEqual([
    expect.stringContaining('the key is not'),
  ]);
  expect(problemsOf({ ...chainOf({}), signedByNext: [false] }, demand)).toEqual([
    expect.stringContaining('certificate 1 is not signed by certificate 2'),
  ]);
});

test('all problems are named at once', () => {
  const pair = { ...chainOf({ notAfter: days(-1), purposes: undefined }), isKeyOfFirst: false };
  expect(problemsOf(pair, demand)).toHaveLength(3);
});
