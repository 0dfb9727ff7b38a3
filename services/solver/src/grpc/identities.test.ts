import { X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type LeafOptions, makeAuthority, makeLeaf } from '../../test/certificates.js';
import { identityOf } from './identities.js';

const api = { type: 'url', value: 'spiffe://astrogate/api' } as const;
async function identity(options: LeafOptions): Promise<string | undefined> {
  const { cert } = await makeLeaf(await makeAuthority(), options);
  return identityOf(new X509Certificate(cert).raw);
}

test('is the one URI', async () => {
  expect(await identity({ names: [api] })).toBe(api.value);
  expect(await identity({ names: [{ type: 'dns', value: 'api.example' }, api] })).toBe(api.value);
});

test.each<[string, LeafOptions]>([
  ['only a CN', { commonName: api.value }],
  ['a CN that imitates an entry', { commonName: `URI:${api.value}` }],
  ['two URIs', { names: [api, { type: 'url', value: 'spiffe://astrogate/ops' }] }],
  ['the same URI twice', { names: [api, api] }],
  ['only DNS names', { names: [{ type: 'dns', value: 'spiffe://astrogate/api' }] }],
  ['a DNS name that hides a URI', { names: [{ type: 'dns', value: `x, URI:${api.value}` }] }],
  ['a DNS name that hides a URI behind a quote', { names: [{ type: 'dns', value: `x", URI:${api.value}` }] }],
  ['a URI with a comma', { names: [{ type: 'url', value: `${api.value}, DNS:x` }] }],
  ['a URI with a zero byte', { names: [{ type: 'url', value: `${api.value}\0.evil` }] }],
  ['the purpose of a server', { names: [api], purpose: 'serverAuth' }],
])('a certificate with %s has none', async (_what, options) => {
  expect(await identity(options)).toBeUndefined();
});

test('no certificate has none', () => {
  expect(identityOf(undefined)).toBeUndefined();
});
