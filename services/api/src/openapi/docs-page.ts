// A page to read and try the API. Everything on it comes from here: no other host, nothing inline.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Astrogate API</title>
    <link rel="stylesheet" href="/api/v1/docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/api/v1/docs/swagger-ui-bundle.js"></script>
    <script src="/api/v1/docs/start.js"></script>
  </body>
</html>
`;

const startScript = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });
`;

export const showDocs: RequestHandler = (_request, response) => {
  response.type('html').send(page);
};

/** Serves the files that the page asks for, and no others. */
export function showDocsFile(): RequestHandler {
  const home = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const files = new Map([
    ['swagger-ui.css', { type: 'css', body: readFileSync(join(home, 'swagger-ui.css')) }],
    ['swagger-ui-bundle.js', { type: 'js', body: readFileSync(join(home, 'swagger-ui-bundle.js')) }],
    ['start.js', { type: 'js', body: Buffer.from(startScript) }],
  ]);
  return (request, response) => {
    const file = files.get(String(request.params.file));
    if (!file) throw new AstrogateError('not_found', 'There is no such file');
    response.set('Cache-Control', 'max-age=3600').type(file.type).send(file.body);
  };
}
