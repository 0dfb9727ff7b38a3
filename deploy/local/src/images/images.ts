// The images and what goes into each.
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { makePrivateDirectory, places } from '../places.js';
import { ensureBaseImage } from './base-image.js';
import { bundle } from './bundle.js';
import { addNode, ensureImage } from './image.js';

const version: string = JSON.parse(readFileSync(join(places.root, 'package.json'), 'utf8')).version;

/** The api's documentation page is made of files of this package, which no bundle can hold. */
const pageAssets = 'swagger-ui-dist';

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

/** The api as one file with the page's assets beside it, in `directory`. */
export async function writeApiBundle(directory: string): Promise<string> {
  const file = join(directory, 'api.mjs');
  await bundle(entryOf('api'), file, [pageAssets]);
  const require = createRequire(join(places.root, 'services/api/package.json'));
  const source = dirname(require.resolve(`${pageAssets}/package.json`));
  for (const asset of [
    'package.json',
    'index.js',
    'absolute-path.js',
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'favicon-32x32.png',
  ]) {
    cpSync(join(source, asset), join(directory, 'node_modules', pageAssets, asset));
  }
  return file;
}

function entryOf(service: string): string {
  return join(places.root, 'services', service, 'src/main.ts');
}

function emptyContext(name: string): string {
  const context = join(places.images, name);
  rmSync(context, { recursive: true, force: true });
  return makePrivateDirectory(context);
}
