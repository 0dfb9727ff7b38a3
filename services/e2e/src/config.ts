// What the tests take from `npm test`, which has set up engine and images.
import { readVariables, text } from '@astrogate/common';

const variables = {
  DOCKER_HOST: text({ default: '', doc: 'Docker Engine' }),
  ASTROGATE_TEST_BASE_IMAGE: text({ default: '', doc: 'base image' }),
  ASTROGATE_TEST_SANDBOX_IMAGE: text({ default: '', doc: 'sandbox image' }),
  ASTROGATE_TEST_VAULT: text({ default: '', doc: 'Vault, of which there is an image then; set by npm run test:admin' }),
};

export interface TestEnvironment {
  dockerHost: string;
  baseImage: string;
  sandboxImage: string;
  /** Whether there is an image of Vault. */
  hasVault: boolean;
}

/** Throws when the tests were not started by `npm test`: they are never skipped for want of an engine. */
export function testEnvironment(): TestEnvironment {
  const { ASTROGATE_TEST_VAULT: vault, ...values } = readVariables(variables, 'ASTROGATE_TEST_', process.env);
  if (Object.values(values).includes('')) {
    throw new Error('this test needs a Docker Engine and the images: run it with "npm test", which sets them up');
  }
  return {
    dockerHost: values.DOCKER_HOST,
    baseImage: values.ASTROGATE_TEST_BASE_IMAGE,
    sandboxImage: values.ASTROGATE_TEST_SANDBOX_IMAGE,
    hasVault: vault !== '',
  };
}
