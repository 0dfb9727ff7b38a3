// The engine's configuration file.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../box.js';

/** Above the longest job, so that the deadline is always ours. */
const cpuLimitSeconds = 3600;

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
