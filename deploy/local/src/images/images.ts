// The images and what goes into each.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { places } from '../places.js';
import { ensureBaseImage } from './base-image.js';
import { bundle, bundleInParts } from './bundle.js';
import { addNode, emptyContext, ensureImage, version } from './image.js';

/** Packages of the api that read files of their own, which no bundle can hold, and what they need of them. */
const apiAssets: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'swagger-ui-dist': ['index.js', 'absolute-path.js', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'],
  '@electric-sql/pglite': [
    'dist/fs/nodefs.js',
    /^dist\/(?:index|initdb|chunk-\w+)\.js$/,
    /^dist\/(?:pglite|initdb)\.(?:wasm|data)$/,
  ],
  bcrypt: ['bcrypt.js', 'promises.js', new RegExp(`^prebuilds/${process.platform}-${process.arch}/`)],
  'node-gyp-build': ['index.js', 'node-gyp-build.js'],
  '@electric-sql/pglite-prepopulatedfs': ['dist/index.js', 'dist/prepopulatedfs.tgz'],
};

export async function ensureSandboxImage(engine: Engine, mayInstall: boolean): Promise<string> {
  const base = await ensureBaseImage(engine, mayInstall);
  const context = emptyContext('sandbox');
  await bundle(entryOf('sandbox'), join(context, 'sandbox.mjs'));
  addNode(context);
  return ensureImage(engine, base, { name: 'sandbox', context }, version);
}

/** The images of the services, for deployments that run them in containers. */
export async function ensureServiceImages(
  engine: Engine,
  mayInstall: boolean,
): Promise<{ api: string; solver: string; guard: string }> {
  const base = await ensureBaseImage(engine, mayInstall);
  const apiContext = emptyContext('api');
  await writeApiBundle(join(apiContext, 'app'));
  addNode(apiContext);
  const solverContext = emptyContext('solver');
  await bundle(entryOf('solver'), join(solverContext, 'app', 'solver.mjs'));
  addNode(solverContext);
  const guardContext = emptyContext('guard');
  await bundle(entryOf('docker-guard'), join(guardContext, 'app', 'guard.mjs'));
  addNode(guardContext);
  return {
    api: await ensureImage(engine, base, { name: 'api', context: apiContext }, version),
    solver: await ensureImage(engine, base, { name: 'solver', context: solverContext }, version),
    guard: await ensureImage(engine, base, { name: 'guard', context: guardContext }, version),
  };
}

/** The api, with the packages beside it that must stay files, in `directory`. Returns the file to start and all others. */
export async function writeApiBundle(directory: string): Promise<{ program: string; others: string[] }> {
  // pg would use pg-native if it were there.
  const external = [...Object.keys(apiAssets), 'pg-native'];
  const { program, parts } = await bundleInParts('api', entryOf('api'), directory, external);
  for (const [name, wanted] of Object.entries(apiAssets)) {
    const source = packageDirectory(name);
    const target = join(directory, 'node_modules', name);
    rmSync(target, { recursive: true, force: true });
    for (const asset of assetsOf(source, ['package.json', ...wanted])) {
      cpSync(join(source, asset), join(target, asset));
    }
  }
  return { program, others: [parts, join(directory, 'node_modules')] };
}

/** Where the api's package `name` lies. It may hide its package.json, but not its place. */
function packageDirectory(name: string): string {
  const found = createRequire(join(places.root, 'services/api/package.json'))
    .resolve.paths(name)
    ?.map((directory) => join(directory, name))
    .find((directory) => existsSync(join(directory, 'package.json')));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** Throws when something of what is wanted is not there. */
function assetsOf(source: string, wanted: readonly (string | RegExp)[]): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  return wanted.flatMap((one) => {
    const found = files.filter((file) => (typeof one === 'string' ? file === one : one.test(file)));
    if (found.length === 0) throw new Error(`${source} has no ${one}`);
    return found;
  });
}

function entryOf(service: string): string {
  return join(places.root, 'services', service, 'src/main.ts');
}
