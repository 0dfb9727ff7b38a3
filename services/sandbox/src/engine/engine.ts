// Runs astrometry-engine on one star list.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../box.js';
import type { PictureSize } from '../recipes/recipe.js';
import type { SearchHint } from '../recipes/trial.js';
import type { Source } from '../sources/source.js';
import { runTool } from '../tool.js';
import { type EngineFiles, formatAxy } from './axy.js';

/** Above the longest job, so that the deadline is always ours. */
const cpuLimitSeconds = 3600;
/** Lines of the engine's log that may hold the index's name; it stands near the end. */
const logTailBytes = 16 * 1024;

export interface EngineMatch {
  files: EngineFiles;
  /** File name of the index that matched. */
  index: string;
}

/** Writes the engine's configuration. Index directories that are missing or hold nothing are left out. */
export function writeEngineConfig(box: Box): string {
  const path = join(box.jobDir, 'engine.cfg');
  const used = box.indexDirs.filter(
    (dir) => existsSync(dir) && readdirSync(dir).some((name) => name.endsWith('.fits')),
  );
  // inparallel: one pass over the quads, each tried against every index; 2 to 4 times faster than one after another.
  const lines = ['inparallel', `cpulimit ${cpuLimitSeconds}`, ...used.map((dir) => `add_path ${dir}`), 'autoindex'];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export interface SearchOptions {
  config: string;
  size: PictureSize;
  hint: SearchHint;
  /** In the order in which they are to be tried. */
  sources: readonly Source[];
  /** A directory that is not there yet. */
  dir: string;
  signal: AbortSignal;
}

/** Searches; undefined when the engine gives up. Throws an Error when it fails, the signal's reason when stopped. */
export async function search(options: SearchOptions): Promise<EngineMatch | undefined> {
  const { config, size, hint, sources, dir, signal } = options;
  mkdirSync(dir, { recursive: true });
  const file = (name: string) => join(dir, name);
  const files = { solved: file('solved'), wcs: file('wcs'), match: file('match'), corr: file('corr') };
  writeFileSync(file('axy'), formatAxy(size, hint, sources, files));
  let log = '';
  const onStdout = (chunk: Buffer) => {
    log = (log + chunk.toString('latin1')).slice(-logTailBytes);
  };
  const { code, stderr } = await runTool('astrometry-engine', ['-c', config, file('axy')], {
    signal,
    cwd: dir,
    onStdout,
  });
  if (code !== 0) throw new Error(`astrometry-engine ended with ${code}: ${stderr}`);
  if (!existsSync(files.solved) || !existsSync(files.wcs)) return undefined;
  return { files, index: /solved with index (\S+?)\.?\s*$/m.exec(log)?.[1] ?? '' };
}
