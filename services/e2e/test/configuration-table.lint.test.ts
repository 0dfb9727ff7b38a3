// The README's configuration tables say what the code says. A failing test prints the table to paste.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { localVariables } from '../../../deploy/local/src/config.js';
import { apiVariables } from '../../api/src/config.js';
import { cliVariables } from '../../cli/src/config.js';
import { guardVariables } from '../../docker-guard/src/config.js';
import { solverVariables } from '../../solver/src/config.js';
import { configurationTable, tableInReadme } from '../src/walls/configuration-table.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const tables = {
  local: localVariables,
  api: apiVariables,
  solver: solverVariables,
  guard: guardVariables,
  cli: cliVariables,
};

describe('README.md', () => {
  test.each(Object.entries(tables))('has the configuration table of %s', (name, variables) => {
    const expected = configurationTable(variables);
    const found = tableInReadme(readme, name);
    if (found === expected) return;
    throw new Error(
      `README.md must have this table of ${name}:\n\n<!-- configuration: ${name} -->\n${expected}\n<!-- /configuration -->\n`,
    );
  });

  test('names no variable that no table has', () => {
    const known = new Set(Object.values(tables).flatMap((variables) => Object.keys(variables)));
    const named = readme.match(/\b(?:API|SOLVER|GUARD|ASTROGATE)_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [];
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the table', () => {
  const variables = {
    X_LEVEL: { default: 'info', range: 'info | debug', doc: 'level', parse: String },
    X_KEY: { default: undefined, range: 'path', doc: 'key', parse: String },
    X_LIST: { default: '', range: 'comma-separated', doc: 'list', parse: String },
  };
  const expected = [
    '| Variable | Default | Allowed | Meaning |',
    '| --- | --- | --- | --- |',
    '| `X_LEVEL` | `info` | info \\| debug | level |',
    '| `X_KEY` | must be set | path | key |',
    '| `X_LIST` | empty | comma-separated | list |',
  ].join('\n');

  test('has one row per variable', () => {
    expect(configurationTable(variables)).toBe(expected);
  });

  test('is found between its comments, and a changed one differs', () => {
    const text = `a\n<!-- configuration: x -->\n${expected}\n<!-- /configuration -->\nb`;
    expect(tableInReadme(text, 'x')).toBe(expected);
    expect(tableInReadme(text.replace('`info`', '`debug`'), 'x')).not.toBe(expected);
    expect(tableInReadme(text, 'y')).toBeUndefined();
    expect(tableInReadme('<!-- configuration: x -->\n', 'x')).toBeUndefined();
  });
});
