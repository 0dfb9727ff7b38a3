import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';
import { createContext } from '../context.js';
import { routeTable } from '../http/routes.js';
import { openApiDocument } from './document.js';

const document = openApiDocument(120) as {
  paths: Record<string, Record<string, { responses: Record<string, unknown>; requestBody?: unknown }>>;
  components: { schemas: Record<string, unknown> };
};

let api: RunningApi;

beforeEach(async () => {
  api = await runApi({}, { solver: new FakeSolverClient() });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

test('the document and the app have the same routes', () => {
  const context = createContext({
    config: { jobSeconds: 120 },
    store: new FakeJobStore(),
    solver: new FakeSolverClient(),
  } as unknown as Parameters<typeof createContext>[0]);
  const routes = routeTable(context).map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(routes.sort());
});

test('every reference points at a schema that is there', () => {
  const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
  const names = new Set(references.map((reference) => reference.split('/').at(-1)));
  expect([...names].filter((name) => !Object.hasOwn(document.components.schemas, name as string))).toEqual([]);
});

test('the form fields carry the ranges that are checked', () => {
  const text = JSON.stringify(document.paths['/api/v1/solves']?.post?.requestBody);
  expect(text).toContain('"ra":{"description"');
  expect(text).toContain('"exclusiveMaximum":360');
  expect(text).toContain('"default":"arcminwidth"');
  expect(text).toContain('"format":"binary"');
});

test('a webhook is described: its fields, its event, and that its secret only goes in', () => {
  const text = JSON.stringify(document.paths['/api/v1/solves']?.post?.requestBody);
  expect(text).toContain('"webhook_url":{');
  expect(text).toMatch(/"webhook_secret":\{[^}]*"writeOnly":true/);
  expect(JSON.stringify(document.components.schemas.WebhookEvent)).toContain('"job.ended"');
  expect(JSON.stringify(document.components.schemas)).not.toContain('webhook_secret');
});

test('is served', async () => {
  const response = await fetch(`${api.url}/api/v1/openapi.json`);
  expect(await response.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Astrogate' } });
});

describe('the page', () => {
  test('loads only own files, nothing inline, under a strict policy', async () => {
    const response = await fetch(`${api.url}/api/v1/docs`);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|style=|https?:/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(3);
    for (const path of files) expect((await fetch(`${api.url}${path}`)).status).toBe(200);
  });

  test.each(['package.json', '..%2fpackage.json', 'index.html'])('does not serve %s', async (file) => {
    expect((await fetch(`${api.url}/api/v1/docs/${file}`)).status).toBe(404);
  });
});
