// Environment variables as a table: each service lists its own in config.ts, this file reads them.
// The same table is what the README's configuration table is checked against.
import { readFileSync } from 'node:fs';

/** A configuration that cannot be used; its message is one line for the person who starts the service. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

export interface Variable<T> {
  /** Value when the variable is unset, as it would be written; undefined: it must be set. */
  readonly default: string | undefined;
  /** Allowed values, for people. */
  readonly range: string;
  /** What it is for. */
  readonly doc: string;
  /** Throws Error with the reason when `text` is not allowed. */
  parse(text: string): T;
}

export type Variables = Readonly<Record<string, Variable<unknown>>>;
export type Values<V extends Variables> = { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never };

interface Options {
  default?: string;
  doc: string;
}

function variable<T>(options: Options, range: string, parse: (text: string) => T): Variable<T> {
  return { default: options.default, doc: options.doc, range, parse };
}

export function text(options: Options & { pattern?: RegExp; range?: string }): Variable<string> {
  return variable(options, options.range ?? 'text', (value) => {
    if (options.pattern && !options.pattern.test(value)) throw new Error('has the wrong form');
    return value;
  });
}

export function integer(options: Options & { min: number; max: number }): Variable<number> {
  return variable(options, `${options.min}…${options.max}`, (value) => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= options.min && number <= options.max)) throw new Error('is not a whole number in range');
    return number;
  });
}

export function oneOf<const T extends string>(options: Options & { values: readonly T[] }): Variable<T> {
  return variable(options, options.values.join(' | '), (value) => {
    const found = options.values.find((candidate) => candidate === value);
    if (found === undefined) throw new Error('is not one of the allowed values');
    return found;
  });
}

/** Comma-separated; the empty text is the empty list. */
export function list(options: Options & { pattern?: RegExp; range?: string }): Variable<readonly string[]> {
  return variable(options, options.range ?? 'comma-separated', (value) => {
    const items = value.split(',').map((item) => item.trim());
    const kept = items.filter((item) => item !== '');
    const wrong = kept.find((item) => options.pattern && !options.pattern.test(item));
    if (wrong !== undefined) throw new Error('has an item of the wrong form');
    return kept;
  });
}

/** The path of a file that can be read now; secrets are given only like this. */
export function file(options: Options): Variable<string> {
  return variable(options, 'path of a readable file', (value) => {
    try {
      readFileSync(value);
    } catch (error) {
      throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    return value;
  });
}

/**
 * Reads every variable of `table` from `env`. Throws ConfigError for the first one that is missing or not allowed,
 * and for a variable that begins like ours (`prefix`) but is not in the table, since it is most likely misspelt.
 * A message names the variable and what is allowed, never the value, which may be a secret.
 */
export function readVariables<V extends Variables>(table: V, prefix: string, env: NodeJS.ProcessEnv): Values<V> {
  const stray = Object.keys(env).find((name) => name.startsWith(prefix) && !Object.hasOwn(table, name));
  if (stray !== undefined) throw new ConfigError(`${stray} is not a known variable`);
  const entries = Object.entries(table).map(([name, spec]) => {
    const raw = env[name] === undefined || env[name] === '' ? spec.default : env[name];
    if (raw === undefined) throw new ConfigError(`${name} must be set: ${spec.doc} (${spec.range})`);
    try {
      return [name, spec.parse(raw)];
    } catch (error) {
      throw new ConfigError(`${name} ${(error as Error).message}; allowed: ${spec.range}`);
    }
  });
  return Object.fromEntries(entries) as Values<V>;
}
