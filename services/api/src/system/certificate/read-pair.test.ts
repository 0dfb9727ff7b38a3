import { expect, test } from '@jest/globals';
import { keyAs, type Made, makeCertificate, strangeKey, type Wanted } from '../../../test-support/pems.js';
import { problemsOf } from './problems.js';
import { isOnlyCertificates, readLeaf, readPair } from './read-pair.js';

const demand = () => ({ hosts: ['localhost'], now: new Date() });
const problems = (chain: string, key: string) => problemsOf(readPair(chain, key).facts, demand());

async function aChain(leaf: Wanted = {}) {
  const root = await makeCertificate({ isAuthority: true, to: 3_000 });
  const middle = await makeCertificate({ isAuthority: true, to: 1_000 }, root);
  return { root, middle, leaf: await makeCertificate(leaf, middle) };
}
const pem = (...made: Made[]) => made.map(({ cert }) => cert).join('');

test('a chain with or without its root is right; what is written is the same certificates, and the key as PKCS #8', async () => {
  const { root, middle, leaf } = await aChain({ to: 397 });
  expect(problems(pem(leaf, middle, root), leaf.key)).toEqual([]);
  const { pem: written, facts } = readPair(pem(leaf, middle), leaf.key);
  expect(problemsOf(facts, demand())).toEqual([]);
  expect(written.key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect(readPair(written.chain, written.key).facts).toEqual(facts);
  expect(readLeaf(written.chain)).toEqual(facts.chain[0]);
});

test.each([
  ['p256', 'sec1'],
  ['p256', 'pkcs8'],
  ['p384', 'sec1'],
  ['rsa2048', 'pkcs1'],
  ['rsa2048', 'pkcs8'],
] as const)('a key of kind %s as %s is taken', async (kind, form) => {
  const made = await makeCertificate({ key: kind });
  expect(problems(made.cert, keyAs(form, made.key))).toEqual([]);
});

test('EC parameters before the key, as OpenSSL writes them, do no harm', async () => {
  const { cert, key } = await makeCertificate();
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  expect(problems(cert, parameters + keyAs('sec1', key))).toEqual([]);
});

test.each([
  ['rsa1024', 'RSA with 1024 bits'],
  ['p521', 'secp521r1'],
  ['ed25519', 'Ed25519'],
] as const)('a certificate with a key of kind %s has one problem', async (kind, problem) => {
  const { cert, key } = await makeCertificate({ key: kind });
  expect(problems(cert, key)).toEqual([expect.stringContaining(problem)]);
});

test('another key, a wrong order, a stranger in the chain, an expired intermediate', async () => {
  const { root, middle, leaf } = await aChain();
  expect(problems(pem(leaf, middle), strangeKey())).toEqual([expect.stringContaining('the key is not')]);
  expect(problems(pem(leaf, root, middle), leaf.key)).toHaveLength(2);
  expect(problems(pem(middle, leaf), leaf.key)).toContainEqual(expect.stringContaining('the key is not'));
  const stranger = await aChain();
  expect(problems(pem(leaf, stranger.middle), leaf.key)).toEqual([expect.stringContaining('not signed by')]);
  // Same name, other key: it has signed nothing of ours.
  const twin = { ...stranger.middle, subject: middle.subject };
  const forged = await makeCertificate({}, twin);
  expect(problems(pem(forged, middle), forged.key)).toEqual([expect.stringContaining('not signed by')]);
  const old = await makeCertificate({ isAuthority: true, from: -10, to: -1 }, root);
  const under = await makeCertificate({}, old);
  expect(problems(pem(under, old), under.key)).toEqual([expect.stringContaining('certificate 2 has expired')]);
});

test('addresses and names are read as they stand', async () => {
  const names = [
    { type: 'ip', value: '192.0.2.7' },
    { type: 'ip', value: '2001:db8::7' },
    { type: 'dns', value: 'localhost' },
    { type: 'email', value: 'a@example.org' },
  ] as const;
  const { cert, key } = await makeCertificate({ names: [...names] });
  const [first] = readPair(cert, key).facts.chain;
  expect(first.names.map(({ type }) => type)).toEqual(['ip', 'ip', 'dns', 'other']);
  expect(problemsOf(readPair(cert, key).facts, { hosts: ['192.0.2.7', '2001:db8::7'], now: new Date() })).toEqual([]);
});

test('what cannot be read is refused, and no error repeats a key', async () => {
  const { cert, key } = await makeCertificate();
  const refused: [string, string][] = [
    ['', key],
    ['no PEM', key],
    [cert.replace(/[A-Z]{4}/, '####'), key],
    [`-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`, key],
    [cert.repeat(9), key],
    [cert, ''],
    [cert, cert],
    [cert, key + strangeKey()],
    [cert, keyAs('pkcs8', key, 'secret')],
    [cert, keyAs('sec1', key, 'secret')],
    [cert, key.replace(/[A-Za-z0-9+/]{40}/, 'A'.repeat(40))],
    [cert, key + ' '.repeat(70_000)],
  ];
  for (const [chain, given] of refused) {
    const error = await Promise.resolve()
      .then(() => readPair(chain, given))
      .catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'certificate_invalid' });
    const body = given.split('\n')[1] ?? '';
    if (body.length > 20) expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(body);
  }
});

test('only certificates are persisted: a key among them is refused', async () => {
  const { cert, key } = await makeCertificate();
  expect(isOnlyCertificates(`\n${cert}\n${cert}`)).toBe(true);
  for (const text of [cert + key, `note\n${cert}`, '', key]) expect(isOnlyCertificates(text)).toBe(false);
  // Asked twice, it says the same.
  expect([cert, cert, cert].map(isOnlyCertificates)).toEqual([true, true, true]);
});
