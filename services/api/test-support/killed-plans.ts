// Runs a real admin job in processes that kill themselves, and another that brings it to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { createLogger } from '@astrogate/common';
import { startPostgres } from '@astrogate/local';
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { openDatabase } from '../src/storage/database.js';
import type { Db } from '../src/storage/tables.js';
import type { SystemJob } from '../src/system/system-job.js';
import type { Act, Cause, TargetClient } from '../src/system/target-client.js';

const program = join(import.meta.dirname, 'plan-process.js');

/** What the process is told; `gift` is what was given with the order. */
interface Given {
  readonly kind: string;
  readonly gift?: object;
}

export interface Kill {
  readonly step: string;
  readonly moment: string;
  /** Which turn of the job that is. Counted from 1: the steps and undoings in their order. */
  readonly turn: number;
}

/** Rows of a table of kills: of each step at each of its moments. */
export const rowForEach = (turns: Readonly<Record<string, readonly string[]>>): Kill[][] =>
  Object.entries(turns).flatMap(([step, moments], at) => moments.map((moment) => [{ step, moment, turn: at + 1 }]));

/** One row that is killed in each step, in turns at one of its moments, but never after the end: that is the next one's. */
export function rowThroughAll(turns: Readonly<Record<string, readonly string[]>>): Kill[] {
  return Object.entries(turns).map(([step, moments], at) => {
    const during = moments.filter((moment) => moment !== 'after end');
    return { step, moment: during[(at + 1) % during.length] ?? '', turn: at + 1 };
  });
}

export const nameOfRow = ([first, second]: readonly Kill[]) =>
  second ? 'in every step, one api after the other' : `in "${first?.step}", ${first?.moment}`;

/**
 * Kills one process after the other, of which each goes on with the turn in which the last one was killed. Throws when one
 * was not killed.
 */
export async function killInEach(
  db: Db,
  given: Given,
  row: readonly Kill[],
  look: (kill: Kill) => Promise<void>,
): Promise<void> {
  let [parts, begins]: [object, number] = [given, 1];
  for (const kill of row) {
    await runAndKill(parts, { turn: kill.turn - begins + 1, moment: kill.moment });
    await look(kill);
    await loseLease(db);
    // What was given is in the memory of whoever began the job.
    const { gift: _lost, ...resuming } = given;
    [parts, begins] = [resuming, kill.turn];
  }
}

async function runAndKill(given: object, kill: { turn: number; moment: string }): Promise<void> {
  const child = spawn(process.execPath, [program, JSON.stringify({ ...given, kill })], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = await once(child, 'exit');
  if (end[1] !== 'SIGKILL') throw new Error(`it ended by itself: ${end}`);
}

/** As if the time had passed after which another api may take the job. */
export async function loseLease(db: Db): Promise<void> {
  await sql`update system_jobs set lease_until = clock_timestamp() - interval '1 second'`.execute(db);
}

/** The job as it has ended. */
export async function finish({ gift: _lost, ...given }: Given): Promise<SystemJob> {
  const child = spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, end] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (end[0] !== 0) throw new Error(`it failed: ${end}`);
  return JSON.parse(said) as SystemJob;
}

/** Lends the targets of a test to such a process. `at`: its URL. */
async function lendTargets(of: () => TargetClient): Promise<{ at: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as { list?: true; act: Act; alias: string; cause: Cause };
    try {
      const value = asked.list ? await of().list() : await of().act(asked.act, asked.alias, asked.cause);
      response.end(JSON.stringify({ value }));
    } catch (error) {
      response.end(JSON.stringify({ code: AstrogateError.from(error).code }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** What both tables of kills stand on: a database that the killed ones open for themselves, and targets lent to them. */
export async function startKillBench(bin: string, targets: () => TargetClient) {
  const server = await startPostgres(bin);
  const database = await openDatabase({ url: server.url }, createLogger('api', 'silent'));
  const lent = await lendTargets(targets);
  return {
    database,
    /** For `Given` of a process. */
    given: { url: server.url, leaseMs: 60_000, control: lent.at },
    async end() {
      lent.server.close();
      await database.close();
      await server.end();
    },
  };
}

/** A table for people. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}
