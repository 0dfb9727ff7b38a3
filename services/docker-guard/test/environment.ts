// What the tests of the guard need from outside.
const variables = {
  DOCKER_HOST: 'where a Docker Engine listens, as unix:///path',
  ASTROGATE_TEST_BASE_IMAGE: 'any image with /bin/sh and coreutils',
  ASTROGATE_TEST_SANDBOX_IMAGE: 'the sandbox image',
} as const;

function read(name: keyof typeof variables): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set: ${variables[name]}. "npm test" sets it.`);
  return value;
}

export const dockerHost = read('DOCKER_HOST');
/** The guard reaches the engine by a Unix socket and in no other way. */
export const engineSocket = dockerHost.replace(/^unix:\/\//, '');
export const baseImage = read('ASTROGATE_TEST_BASE_IMAGE');
export const sandboxImage = read('ASTROGATE_TEST_SANDBOX_IMAGE');
