// Secrets that the person types: without echo, or from a file that is named instead.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Interrupted, UsageFailure } from '../failure.js';
import type { Output } from '../output/output.js';

/** The first line of `file`, or what is typed. Throws UsageFailure when there is neither a file nor a terminal. */
export async function secretFrom(
  what: string,
  { file, option }: { file: string | undefined; option: string },
  output: Output,
): Promise<string> {
  if (file !== undefined) return firstLine(file);
  if (!process.stdin.isTTY) throw new UsageFailure(`There is no terminal to ask for the ${what}; give ${option}`);
  output.note(`${what}:`);
  return typed();
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch (error) {
    throw new UsageFailure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function typed(): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      lines.close();
      resolve(line);
    });
    lines.once('SIGINT', () => {
      lines.close();
      reject(new Interrupted());
    });
    lines.once('close', () => resolve(''));
  });
}
