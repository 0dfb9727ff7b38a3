import { afterEach, expect, test } from '@jest/globals';
import { databaseFromEnvironment, dockerHostFromEnvironment } from './config.js';

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

test('the api gets the database that the user chose, and nothing when he chose none', () => {
  process.env.DATABASE_URL = 'postgres://db/a';
  process.env.DATABASE_URL_FILE = '';
  expect(databaseFromEnvironment()).toEqual({ DATABASE_URL: 'postgres://db/a' });
  delete process.env.DATABASE_URL;
  expect(databaseFromEnvironment()).toEqual({});
});
