// Packages of the lockfile that would run a script when they are installed. None does: `.npmrc` says ignore-scripts.
// A new one is noticed here, and gets in with a reason why its package works without the script.

export const knownInstallScripts: Readonly<Record<string, string>> = {
  '@parcel/watcher': 'development only (of jest); its binaries are packages of their own',
  '@scarf/scarf': 'reports installations to its makers and does nothing else; brought by swagger-ui-dist',
  '@swc/core': 'development only; its binaries are packages of their own',
  bcrypt: 'looks for a binary that fits; those for our platforms are in the package',
  'cpu-features': 'builds an optional accelerator of ssh2, which does without; dockerode reaches no engine by SSH here',
  esbuild: 'makes its binary start faster; the binary is a package of its own',
  protobufjs: 'warns about version numbers and does nothing else',
  ssh2: 'builds an optional accelerator; dockerode reaches no engine by SSH here',
};
