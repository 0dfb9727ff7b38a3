// Every file that a document names is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { places } from '@astrogate/local';
import { expect, test } from '@jest/globals';

const topLevel = ['services', 'proto', 'deploy', 'docs', 'docker-compose.yml', 'package.json'];

/**
 * Paths in backticks, and targets of links. In a list, a path without a folder lies where the one before it lies
 * (`services/api/src/http/app.ts`, `routes.ts`); a name that stands alone in a sentence is not taken for a path.
 */
function namedPaths(text: string): string[] {
  const paths: string[] = [];
  for (const line of text.split('\n')) {
    let folder: string | undefined;
    for (const [, quoted, linked] of line.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`|\]\(([\w./-]+)\)/g)) {
      const path = quoted ?? linked ?? '';
      const isRooted = topLevel.includes(path.split('/')[0] as string) || linked !== undefined;
      if (isRooted) folder = path.includes('/') ? dirname(path) : undefined;
      if (isRooted) paths.push(path);
      else if (folder !== undefined && /\.(ts|proto|yml|js)$/.test(path)) paths.push(`${folder}|${path}`);
    }
  }
  return paths;
}

/** Whether a path is there; one with a folder to start from may lie in it or in one of the folders above. */
function isThere(path: string): boolean {
  const [folder, name] = path.split('|') as [string, string?];
  if (name === undefined) return existsSync(join(places.root, folder));
  for (let at = folder; at !== '.'; at = dirname(at)) if (existsSync(join(places.root, at, name))) return true;
  return false;
}

const documents = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const inDocs = readdirSync(join(places.root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

test.each([...documents, ...inDocs])('%s names only what is there', (document) => {
  const missing = namedPaths(readFileSync(join(places.root, document), 'utf8')).filter((path) => !isThere(path));
  expect(missing).toEqual([]);
});

test('a path that is not there is found', () => {
  const paths = namedPaths('see `services/api/src/http/app.ts`, `nothing.ts` and [this](gone.md), not `word`');
  expect(paths.filter((path) => !isThere(path))).toEqual(['services/api/src/http|nothing.ts', 'gone.md']);
});

const promises = inDocs.filter((path) => path.startsWith('docs/promises/'));

test('there is one page for each of the promises R1 to R9', () => {
  const numbers = promises.map((path) => /^docs\/promises\/(R\d)-[a-z-]+\.md$/.exec(path)?.[1]);
  expect(numbers.toSorted()).toEqual(Array.from({ length: 9 }, (_, index) => `R${index + 1}`));
});

test.each(promises)('%s says what it covers and what not, and names code and tests', (page) => {
  const text = readFileSync(join(places.root, page), 'utf8');
  const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(['Covers', 'Does not cover', 'How', 'Tests', 'Measured']);
  const part = (title: string) => namedPaths(text.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '');
  expect(part('How').filter((path) => path.endsWith('.ts'))).not.toEqual([]);
  expect(part('Tests').filter((path) => path.endsWith('.test.ts'))).not.toEqual([]);
});
