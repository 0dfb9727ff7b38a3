// Runs a real admin job in a process that kills itself, and another that brings it to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { AstrogateError } from '@astrogate/proto';
import type { SystemJob } from '../src/system/system-job.js';
import type { Act, Cause, TargetClient } from '../src/system/target-client.js';

const program = join(import.meta.dirname, 'plan-process.js');

export interface Kill {
  /** Counted from 1: the steps and undoings in their order. */
  readonly turn: number;
  readonly moment: string;
}

/** Throws when the process was not killed. */
export async function runAndKill(given: object, kill: Kill): Promise<void> {
  const child = spawn(process.execPath, [program, JSON.stringify({ ...given, kill })], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = await once(child, 'exit');
  if (end[1] !== 'SIGKILL') throw new Error(`it ended by itself: ${end}`);
}

/** The job as it has ended. */
export async function finish(given: object): Promise<SystemJob> {
  const child = spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, end] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (end[0] !== 0) throw new Error(`it failed: ${end}`);
  return JSON.parse(said) as SystemJob;
}

/** Lends the targets of a test to such a process. `at`: its URL. */
export async function lendTargets(of: () => TargetClient): Promise<{ at: string; server: Server }> {
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

/** A table for people. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}
