// compose.env of the compose deployment: what compose:prepare writes into it, and what it leaves as it is.
import { existsSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { places } from './places.js';

/** Files of deploy/compose that may go over docker-compose.yml, all of them together. */
export const overlays = ['nginx', 'vault', 'hardened'] as const;
export type Overlay = (typeof overlays)[number];

const ours = /(?:^|\/)(?:docker-compose|deploy\/compose\/(?:plain|nginx|vault|hardened))\.yml$/;

/** The text of compose.env after `before`: lines that name none of `settings` stay. */
export function envText(before: string, settings: Readonly<Record<string, string>>): string {
  const isKept = (line: string) => line.trim() !== '' && !Object.hasOwn(settings, nameIn(line));
  const written = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `${[...written, ...before.split('\n').filter(isKept)].join('\n')}\n`;
}

/** Value of COMPOSE_FILE. Files of the operator's own, named in `before`, stay at its end; without nginx the api's own port is published. */
export function composeFiles(chosen: readonly Overlay[], before: string): string {
  const names = [...(chosen.includes('nginx') ? [] : ['plain']), ...chosen];
  const over = names.map((name) => join(places.root, 'deploy/compose', `${name}.yml`));
  const others = filesIn(before).filter((file) => !ours.test(file));
  return [join(places.root, 'docker-compose.yml'), ...over, ...others].join(':');
}

/** What was chosen when `before` was written. */
export function overlaysIn(before: string): Overlay[] {
  const files = filesIn(before);
  return overlays.filter((overlay) => files.some((file) => file.endsWith(`deploy/compose/${overlay}.yml`)));
}

/** Makes `envFile` the .env of `directory`, which compose reads there by itself. False where another .env is there. */
export function linkEnv(directory: string, envFile: string): boolean {
  const link = join(directory, '.env');
  try {
    symlinkSync(relative(directory, envFile), link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return existsSync(link) && realpathSync(link) === realpathSync(envFile);
}

const nameIn = (line: string) => /^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? '';

const filesIn = (text: string) => /^COMPOSE_FILE=(.+)$/m.exec(text)?.[1]?.trim().split(':') ?? [];
