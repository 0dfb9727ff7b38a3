import { expect, test } from '@jest/globals';
import { type Bom, imageComponent, tidied } from './sbom.js';

const bom: Bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'library', name: 'folder', version: '1', purl: 'pkg:npm/astrogate@1' }, tools: [] },
  components: [
    { type: 'library', name: 'common', version: '1', purl: 'pkg:npm/%40astrogate/common@1' },
    { type: 'library', name: 'zod', version: '4', purl: 'pkg:npm/zod@4' },
  ],
};

test('parts are named as packages are, not as folders', () => {
  const { metadata, components } = tidied(bom);
  expect(metadata).toMatchObject({ component: { name: 'astrogate', type: 'application' }, tools: [] });
  expect(components.map(({ name }) => name)).toEqual(['@astrogate/common', 'zod']);
});

test('Debian packages of an image have package URLs', () => {
  const listed = 'libc6\t2.36-9+deb12u9\tamd64\tglibc\ntzdata\t2025b\tall\ttzdata\n';
  const { components, name } = imageComponent({ name: 'astrogate/api', id: 'sha256:1', version: '1' }, listed);
  expect(name).toBe('astrogate/api');
  expect(components?.map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=amd64',
    'pkg:deb/debian/tzdata@2025b?arch=all',
  ]);
  expect(new Set(components?.map((component) => component['bom-ref'])).size).toBe(2);
});
