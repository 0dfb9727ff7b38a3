import { ConfigError } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { readConfig } from './config.js';

const least = { GUARD_LISTEN: '/run/guard/docker.sock', GUARD_SANDBOX_IMAGE: 'astrogate/sandbox' };

test('the defaults stand where nothing is said', () => {
  expect(readConfig(least)).toEqual({
    dockerSocket: '/var/run/docker.sock',
    listen: '/run/guard/docker.sock',
    group: undefined,
    sandboxImage: 'astrogate/sandbox',
    indexDir: undefined,
    targets: new Map(),
    limits: { maxContainers: 64, createsPerMinute: 600 },
    logLevel: 'info',
  });
});

test.each([
  ['GUARD_LISTEN', ''],
  ['GUARD_LISTEN', 'tcp://0.0.0.0:2375'],
  ['GUARD_LISTEN', '127.0.0.1:2375'],
  ['GUARD_LISTEN', '/run/guard/'],
  ['GUARD_LISTEN', `/${'a'.repeat(107)}`],
  ['GUARD_DOCKER_SOCKET', 'tcp://engine:2375'],
  ['GUARD_GROUP', 'docker'],
  ['GUARD_SANDBOX_IMAGE', ''],
  ['GUARD_SANDBOX_IMAGE', 'a b'],
  ['GUARD_INDEX_DIR', '/srv/../etc'],
  ['GUARD_TARGETS', 'vault'],
  ['GUARD_TARGETS', 'a=dev.astrogate.instance:x'],
  ['GUARD_MAX_CONTAINERS', '0'],
  ['GUARD_CREATES_PER_MINUTE', '-1'],
  ['GUARD_TYPO', '1'],
])('%s=%s is refused by name', (name, value) => {
  const read = () => readConfig({ ...least, [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(name);
});
