// Builds an image once: its tag is a fingerprint of everything that goes into it.
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { makePrivateDirectory, places } from '../places.js';
import { makeReadable } from '../readable.js';
import { step } from '../step.js';
import { originLabels } from './labels.js';

/** Of this clone, for the labels of images. */
export const version: string = JSON.parse(readFileSync(join(places.root, 'package.json'), 'utf8')).version;

export interface ImageRecipe {
  /** Such as "sandbox": names the Dockerfile and the image. */
  name: string;
  /** Directory whose files are the build context. */
  context: string;
}

/** Tag of the built image, such as "astrogate/sandbox:0123456789ab"; also tagged ":local". Removes the build context. */
export async function ensureImage(engine: Engine, base: string, recipe: ImageRecipe, version: string): Promise<string> {
  try {
    return await buildOnce(engine, base, recipe, version);
  } finally {
    rmSync(recipe.context, { recursive: true, force: true });
  }
}

async function buildOnce(engine: Engine, base: string, recipe: ImageRecipe, version: string): Promise<string> {
  const dockerfile = join(places.root, 'deploy/images', `${recipe.name}.Dockerfile`);
  const baseId = (await engine.cli.imageId(base)) ?? base;
  const tag = `astrogate/${recipe.name}:${fingerprint([dockerfile, ...contextFiles(recipe.context)], [baseId, version])}`;
  const latest = `astrogate/${recipe.name}:local`;
  if (!(await engine.cli.imageId(tag))) {
    const args = ['build', '--file', dockerfile, '--tag', tag, '--build-arg', `BASE_IMAGE=${base}`];
    args.push('--build-arg', `VERSION=${version}`, ...(engine.isPrivate ? ['--network', 'host'] : []));
    for (const label of Object.entries(await originLabels())) args.push('--label', label.join('='));
    args.push(recipe.context);
    for (const name of readdirSync(recipe.context)) makeReadable(join(recipe.context, name));
    await step(`Build the ${recipe.name} image`, () => engine.cli.run(args));
    if (engine.isPrivate) await removeOthers(engine, `astrogate/${recipe.name}`, [tag, latest]);
  }
  await engine.cli.run(['tag', tag, latest]);
  return tag;
}

/** Takes the images of earlier sources off an engine that nobody else uses; one that is still in use stays. */
async function removeOthers(engine: Engine, repository: string, kept: readonly string[]): Promise<void> {
  const listed = await engine.cli.run(['images', repository, '--format', '{{.Repository}}:{{.Tag}}']);
  const others = listed
    .toString()
    .split('\n')
    .filter((tag) => tag !== '' && !kept.includes(tag));
  for (const other of others) await engine.cli.run(['rmi', other]).catch(() => {});
}

/** A new directory for what goes into the image `name`; `ensureImage` removes it. Each process has its own. */
export function emptyContext(name: string): string {
  const context = join(places.images, `${name}-${process.pid}`);
  rmSync(context, { recursive: true, force: true });
  return makePrivateDirectory(context);
}

/** Puts the Node.js binary that runs us into a build context. */
export function addNode(context: string): void {
  copyFileSync(process.execPath, join(context, 'node'));
}

function contextFiles(context: string): string[] {
  const entries = readdirSync(context, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function fingerprint(files: readonly string[], texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\0`);
  for (const file of files) hash.update(`${file.split('/').at(-1)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
