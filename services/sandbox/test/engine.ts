// Where the tests of the sandbox find an engine and the image. The only file of these tests that reads the environment.

export interface TestEngine {
  image: string;
  dockerHost: string;
}

/** Throws an Error that says what to set, when something is missing. */
export function testEngine(): TestEngine {
  return {
    image: need('ASTROGATE_TEST_SANDBOX_IMAGE', 'a sandbox image, such as astrogate/sandbox:dev'),
    dockerHost: need('DOCKER_HOST', 'a Docker Engine, such as unix:///var/run/docker.sock'),
  };
}

function need(name: string, what: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: these tests need ${what}. \`npm test\` sets up both.`);
  return value;
}
