// Every route of the api. The OpenAPI document describes the same list; a test holds the two together.
import { AstrogateError } from '@astrogate/proto';
import { type RequestHandler, Router } from 'express';
import type { ApiContext } from '../context.js';
import { classOf } from '../limits/route-limits.js';
import { showDocs, showDocsFile } from '../openapi/docs-page.js';
import { openApiDocument } from '../openapi/document.js';
import { exportAudit, listAudit } from './audit-routes.js';
import { dropInAnalyse } from './drop-in-analyse-route.js';
import { dropInSolve } from './drop-in-solve-route.js';
import { followSolve } from './follow-route.js';
import { alive, health, ready } from './health-routes.js';
import { limitAccount, limitAddress } from './limit-rate.js';
import { listSolves } from './list-route.js';
import { pageHeaders } from './security-headers.js';
import { listIndexes, showCapacity } from './solver-routes.js';
import { cancelSolve, createSolve, deleteSolve, showSolve, showWcsFile } from './solves-routes.js';

export type Method = 'get' | 'post' | 'delete';
type Route = readonly [Method, string, RequestHandler | RequestHandler[]];

export function routeTable(ctx: ApiContext): readonly Route[] {
  return [
    ['post', '/api/v1/solves', createSolve(ctx)],
    ['get', '/api/v1/solves', listSolves(ctx)],
    ['get', '/api/v1/solves/:id', showSolve(ctx)],
    ['delete', '/api/v1/solves/:id', deleteSolve(ctx)],
    ['post', '/api/v1/solves/:id/cancel', cancelSolve(ctx)],
    ['get', '/api/v1/solves/:id/events', followSolve(ctx)],
    ['get', '/api/v1/solves/:id/files/wcs', showWcsFile(ctx)],
    ['get', '/api/v1/indexes', listIndexes(ctx)],
    ['get', '/api/v1/capacity', showCapacity(ctx)],
    ['get', '/api/v1/audit', listAudit(ctx)],
    ['get', '/api/v1/audit/export', exportAudit(ctx)],
    ['get', '/api/v1/openapi.json', showDocument(ctx)],
    ['get', '/api/v1/docs', withPageHeaders(showDocs)],
    ['get', '/api/v1/docs/:file', withPageHeaders(showDocsFile())],
    ['post', '/solve', dropInSolve(ctx)],
    ['post', '/analyse', dropInAnalyse(ctx)],
    ['get', '/health', health(ctx)],
    ['get', '/healthz', alive],
    ['get', '/readyz', ready(ctx)],
  ];
}

/** The routes, and for each of their paths a refusal of every other method. */
export function createRoutes(ctx: ApiContext): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const table = routeTable(ctx);
  for (const [method, path, handler] of table) {
    const limits = classOf(method, path);
    // Whatever authenticates stands between these two.
    router[method](path, limitAddress(ctx, limits), limitAccount(ctx, limits), ...[handler].flat());
  }
  for (const path of new Set(table.map(([, path]) => path))) {
    const methods = table.filter((route) => route[1] === path).map(([method]) => method.toUpperCase());
    router.all(
      path,
      limitAddress(ctx, 'unknown'),
      refuseMethod(methods.includes('GET') ? [...methods, 'HEAD'] : methods),
    );
  }
  return router;
}

function showDocument(ctx: ApiContext): RequestHandler {
  const document = openApiDocument(ctx.config.jobSeconds);
  return (_request, response) => {
    response.json(document);
  };
}

function withPageHeaders(handler: RequestHandler): RequestHandler[] {
  return [pageHeaders, handler];
}

function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.set('Allow', allowed.join(', '));
    throw new AstrogateError('method_not_allowed', `Allowed here: ${allowed.join(', ')}`);
  };
}
