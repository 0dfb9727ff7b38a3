// Databases that a process of a test can open for itself, and be killed on: both kinds, or why one is not here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, startPostgres } from '@astrogate/local';
import type { DatabasePlace } from '../src/storage/database.js';
import { isFull } from './environment.js';

const bin = findPostgres();

export interface StartedPlace {
  readonly place: DatabasePlace;
  end(): Promise<void>;
}

export const databasePlaces: readonly { name: string; isHere: boolean; start(): Promise<StartedPlace> }[] = [
  {
    name: 'PGlite',
    isHere: true,
    async start() {
      const home = mkdtempSync(join(tmpdir(), 'astrogate-kill-'));
      return { place: { stateDir: join(home, 'state') }, end: async () => rmSync(home, { recursive: true }) };
    },
  },
  {
    name: bin === undefined ? 'PostgreSQL (no server is installed)' : 'PostgreSQL',
    isHere: bin !== undefined,
    async start() {
      const server = await startPostgres(bin as string);
      return { place: { url: server.url }, end: () => server.end() };
    },
  },
];

/** For what hardly depends on the database. */
export const enoughPlaces = isFull ? databasePlaces : databasePlaces.slice(0, 1);
