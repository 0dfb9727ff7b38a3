// What the docker tests of the solver need from outside.
const variables = {
  DOCKER_HOST: 'where a Docker Engine listens, such as unix:///var/run/docker.sock',
  ASTROGATE_TEST_BASE_IMAGE: 'any image with /bin/sh and coreutils',
  ASTROGATE_TEST_SANDBOX_IMAGE: 'the sandbox image',
} as const;

function read(name: keyof typeof variables): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set: ${variables[name]}. "npm test" sets it.`);
  return value;
}

export const dockerHost = read('DOCKER_HOST');
export const baseImage = read('ASTROGATE_TEST_BASE_IMAGE');
export const sandboxImage = read('ASTROGATE_TEST_SANDBOX_IMAGE');
/** Where attacks write what they saw, for the table of `npm run test:attacks`. */
export const attackEvidenceFile = process.env.ASTROGATE_ATTACK_EVIDENCE;
