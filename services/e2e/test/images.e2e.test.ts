// The images as they were really built: what they say of themselves, and that no file in them lends its owner's rights.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerCli, ensureServiceImages, places } from '@astrogate/local';
import { beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';

const { dockerHost, sandboxImage } = testEnvironment();
const cli = new DockerCli(dockerHost);
const { version, repository } = JSON.parse(readFileSync(join(places.root, 'package.json'), 'utf8'));
const names = ['sandbox', 'api', 'solver', 'guard'] as const;
const images: Record<string, string> = { sandbox: sandboxImage };

beforeAll(async () => {
  Object.assign(images, await ensureServiceImages({ cli, isPrivate: false, stop: async () => {} }, false));
}, 300_000);

/** Output of `program`, run as root so that it sees every file, in a container that can do nothing else. */
const inside = (image: string, program: string, ...args: string[]) =>
  cli.run([
    ...['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--cap-add', 'DAC_READ_SEARCH'],
    ...['--user', '0', '--entrypoint', program, image, ...args],
  ]);

test.each(names)('the %s image is labelled with title, licences, version and where it comes from', async (name) => {
  const inspected = await cli.run(['image', 'inspect', '--format', '{{json .Config.Labels}}', images[name] ?? '']);
  const labels = JSON.parse(inspected.toString()) as Record<string, string>;
  const label = (key: string) => labels[`org.opencontainers.image.${key}`];
  expect(label('title')).toMatch(new RegExp(`^astrogate.${name}$`));
  expect(label('licenses')).toContain('Apache-2.0');
  expect(label('version')).toBe(version);
  // Known only in a clone with git, and where package.json names a repository; a wrong one would be worse than none.
  expect(label('revision') ?? '0'.repeat(40)).toMatch(/^[0-9a-f]{40}(-dirty)?$/);
  expect(label('source') === undefined).toBe(repository === undefined);
});

test.each(names)(
  'no file or directory in the %s image is setuid or setgid',
  async (name) => {
    const find = ['-xdev', '(', '-type', 'f', '-o', '-type', 'd', ')', '-perm', '/6000'];
    expect((await inside(images[name] ?? '', 'find', '/', ...find)).toString()).toBe('');
  },
  60_000,
);

test('find would see such a file: the base image has some', async () => {
  const found = await inside(testEnvironment().baseImage, 'find', '/', '-xdev', '-type', 'f', '-perm', '/6000');
  expect(found.toString()).toContain('/usr/bin/su');
}, 60_000);
