// Six kinds of tests: `unit` beside the code, `docker` against a real Docker Engine, `database` against both databases
// and both places for uploads, `e2e` against the whole stack, `attacks` from inside a sandbox and from taken-over
// services, `admin` against the compose deployment with nginx and Vault, which `npm run test:admin` alone starts.
const shared = {
  rootDir: import.meta.dirname,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@astrogate/proto$': '<rootDir>/proto/src/index.ts',
    '^@astrogate/proto/sandbox$': '<rootDir>/proto/src/sandbox.ts',
    '^@astrogate/local$': '<rootDir>/deploy/local/src/index.ts',
    '^@astrogate/([a-z-]+)$': '<rootDir>/services/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/.astrogate', '/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
  maxWorkers: 2,
  // A safety limit, no measure of speed: machines that run tests are often busy with something else.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{proto,services,deploy}/**/src/**/*.test.ts'] },
    { ...shared, displayName: 'docker', testMatch: ['<rootDir>/services/**/test/**/*.docker.test.ts'] },
    { ...shared, displayName: 'database', testMatch: ['<rootDir>/services/**/test/**/*.{database,storage}.test.ts'] },
    { ...shared, displayName: 'attacks', testMatch: ['<rootDir>/services/**/test/attacks/**/*.attack.test.ts'] },
    { ...shared, displayName: 'admin', testMatch: ['<rootDir>/services/**/test/admin/**/*.admin.test.ts'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/services/e2e/test/**/*.{e2e,lint}.test.ts'] },
  ],
};
