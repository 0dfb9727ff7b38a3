// `npm run sbom`: what Astrogate is made of, as CycloneDX JSON: npm packages, and the Debian packages of the images.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dockerHostFromEnvironment } from '../config.js';
import { type Engine, findEngine } from '../engine/find-engine.js';
import { ensureSandboxImage, ensureServiceImages } from '../images/images.js';
import { places } from '../places.js';
import { runCommand } from '../run-command.js';
import { Advice, say } from '../step.js';
import { type Bom, type Component, dpkgFormat, imageComponent, tidied } from './sbom.js';

const usage = `Usage: npm run sbom -- [--out FILE] [--no-images] [--no-install]
Writes a bill of materials in CycloneDX 1.5: the npm packages that are installed, without those for development, and the
Debian packages of the images, which are built where they are missing.
  --out FILE     where it goes (default sbom.json)
  --no-images    npm packages only; needs no Docker Engine
  --no-install   install nothing`;

export async function sbom(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string', default: join(places.root, 'sbom.json') },
      'no-images': { type: 'boolean', default: false },
      'no-install': { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  try {
    const bom = await npmBom();
    const images = values['no-images'] ? [] : await withImages(!values['no-install']);
    writeFileSync(
      resolve(values.out),
      `${JSON.stringify({ ...bom, components: [...bom.components, ...images] }, null, 2)}\n`,
    );
    const debian = images.map(({ name, components }) => `${components?.length} Debian packages in ${name}`);
    say([`written: ${values.out}: ${bom.components.length} npm packages`, ...debian].join(', '));
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    process.exitCode = 1;
  }
}

async function npmBom(): Promise<Bom> {
  const argv = ['npm', 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'];
  return tidied(JSON.parse((await runCommand(argv, { cwd: places.root })).toString()));
}

async function withImages(mayInstall: boolean): Promise<Component[]> {
  const engine = await findEngine(dockerHostFromEnvironment(), mayInstall);
  try {
    const services = await ensureServiceImages(engine, mayInstall);
    const images = [await ensureSandboxImage(engine, mayInstall), ...Object.values(services)];
    return await Promise.all(images.map((tag) => describe(engine, tag)));
  } finally {
    await engine.stop();
  }
}

async function describe({ cli }: Engine, tag: string): Promise<Component> {
  const [name = '', version = ''] = tag.split(':');
  const id = (await cli.imageId(tag)) ?? '';
  const query = ['dpkg-query', tag, '--show', `--showformat=${dpkgFormat}`];
  const listed = await cli.run(['run', '--rm', '--network', 'none', '--read-only', '--entrypoint', ...query]);
  return imageComponent({ name, id, version }, listed.toString());
}
