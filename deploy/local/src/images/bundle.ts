// Bundles a service into one file, or into a few, so that it runs where there is no node_modules.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { places } from '../places.js';

/** Some dependencies are CommonJS and expect names that an ES module does not have by itself. */
const banner = [
  "import { createRequire as bundleRequire } from 'node:module';",
  'const require = bundleRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/** Writes the bundle of `entry` to `outfile`. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({ ...options, entryPoints: [entry], outfile });
}

/**
 * Writes the bundle of `entry` to `directory`/NAME.mjs. What the program imports only when it needs it lies in parts/
 * beside it: a process that does not need it does not even read it. Packages named in `external` are not part of it.
 * Returns what it has written.
 */
export async function bundleInParts(
  name: string,
  entry: string,
  directory: string,
  external: readonly string[],
): Promise<{ program: string; parts: string }> {
  const [program, parts] = [join(directory, `${name}.mjs`), join(directory, 'parts')];
  rmSync(parts, { recursive: true, force: true });
  await build({
    ...options,
    entryPoints: { [name]: entry },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    external: [...nativeParts, ...external],
  });
  return { program, parts };
}

/**
 * Optional native accelerators of ssh2, which dockerode brings along: without them it does without. No install script
 * runs, so they are not even built.
 */
const nativeParts = ['*.node'];

const options = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  banner: { js: banner },
  external: nativeParts,
  // Paths in the output are relative to this, so that equal sources give equal bundles anywhere.
  absWorkingDir: places.root,
  logLevel: 'error',
  legalComments: 'none',
} satisfies BuildOptions;
