import { afterEach, expect, test } from '@jest/globals';
import { dockerHostFromEnvironment } from './config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('the engine is the one that DOCKER_HOST names; its neighbours in the environment are none of our business', () => {
  process.env.DOCKER_HOST = 'tcp://engine:2376';
  process.env.DOCKER_HOST_IP = '10.0.0.1';
  expect(dockerHostFromEnvironment()).toBe('tcp://engine:2376');
  process.env.DOCKER_HOST = '';
  expect(dockerHostFromEnvironment()).toBeUndefined();
});
