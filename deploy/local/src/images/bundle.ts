// Bundles a service into one file, so that it runs where there is no node_modules.
import { build } from 'esbuild';
import { places } from '../places.js';

/** Some dependencies are CommonJS and expect names that an ES module does not have by itself. */
const banner = [
  "import { createRequire as bundleRequire } from 'node:module';",
  'const require = bundleRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/** Writes the bundle of `entry` to `outfile`. Packages named in `external` are not part of it. */
export async function bundle(entry: string, outfile: string, external: readonly string[] = []): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: banner },
    // Optional native accelerators of ssh2, which dockerode brings along: without them it does without. No install script
    // runs, so they are not even built.
    external: [...external, '*.node'],
    // Paths in the output are relative to this, so that equal sources give equal bundles anywhere.
    absWorkingDir: places.root,
    logLevel: 'error',
    legalComments: 'none',
  });
}
