// Every route of the api. The OpenAPI document describes the same list; a test holds the two together.
import { AstrogateError } from '@astrogate/proto';
import { type RequestHandler, Router } from 'express';
import { guard } from '../access/authenticate.js';
import { type Access, open } from '../access/route-access.js';
import type { ApiContext } from '../context.js';
import { showDocs, showDocsFile } from '../openapi/docs-page.js';
import { openApiDocument } from '../openapi/document.js';
import {
  addFactor,
  bootstrap,
  changePassword,
  confirmFactorRoute,
  dropFactor,
  login,
  logout,
  me,
  refresh,
} from './auth-routes.js';
import { dropInAnalyse } from './drop-in-analyse-route.js';
import { dropInSolve } from './drop-in-solve-route.js';
import { followSolve } from './follow-route.js';
import { alive, health, ready } from './health-routes.js';
import { addKey, dropKey, showKeys } from './keys-routes.js';
import { listSolves } from './list-route.js';
import { pageHeaders } from './security-headers.js';
import { listIndexes, showCapacity } from './solver-routes.js';
import { cancelSolve, createSolve, deleteSolve, showSolve, showWcsFile } from './solves-routes.js';
import { addUser, editUser, removeUser, showUser, showUsers } from './users-routes.js';

export type Method = 'get' | 'post' | 'patch' | 'delete';
type Route = readonly [Method, string, Access, RequestHandler | RequestHandler[]];

const solving: Access = { least: 'viewer', scope: 'solve', mayBeAnonymous: true };
const reading: Access = { least: 'viewer', scope: 'read', mayBeAnonymous: true };
const own: Access = { least: 'viewer', scope: 'read' };
/** What a stolen key must not be able to do. */
const inPerson: Access = { least: 'viewer', scope: 'admin', sessionOnly: true };
const administering: Access = { least: 'admin', scope: 'admin' };

export function routeTable(ctx: ApiContext): readonly Route[] {
  return [
    ['post', '/api/v1/solves', solving, createSolve(ctx)],
    ['get', '/api/v1/solves', reading, listSolves(ctx)],
    ['get', '/api/v1/solves/:id', reading, showSolve(ctx)],
    ['delete', '/api/v1/solves/:id', solving, deleteSolve(ctx)],
    ['post', '/api/v1/solves/:id/cancel', solving, cancelSolve(ctx)],
    ['get', '/api/v1/solves/:id/events', reading, followSolve(ctx)],
    ['get', '/api/v1/solves/:id/files/wcs', reading, showWcsFile(ctx)],
    ['get', '/api/v1/indexes', reading, listIndexes(ctx)],
    ['get', '/api/v1/capacity', reading, showCapacity(ctx)],
    ['post', '/api/v1/auth/bootstrap', open, bootstrap(ctx)],
    ['post', '/api/v1/auth/login', open, login(ctx)],
    ['post', '/api/v1/auth/refresh', open, refresh(ctx)],
    ['post', '/api/v1/auth/logout', inPerson, logout(ctx)],
    ['get', '/api/v1/auth/me', own, me],
    ['post', '/api/v1/auth/password', inPerson, changePassword(ctx)],
    ['post', '/api/v1/auth/second-factor', inPerson, addFactor(ctx)],
    ['post', '/api/v1/auth/second-factor/confirm', inPerson, confirmFactorRoute(ctx)],
    ['post', '/api/v1/auth/second-factor/remove', inPerson, dropFactor(ctx)],
    ['get', '/api/v1/users', administering, showUsers(ctx)],
    ['post', '/api/v1/users', administering, addUser(ctx)],
    ['get', '/api/v1/users/:id', administering, showUser(ctx)],
    ['patch', '/api/v1/users/:id', administering, editUser(ctx)],
    ['delete', '/api/v1/users/:id', administering, removeUser(ctx)],
    ['get', '/api/v1/keys', own, showKeys(ctx)],
    ['post', '/api/v1/keys', inPerson, addKey(ctx)],
    ['delete', '/api/v1/keys/:id', inPerson, dropKey(ctx)],
    ['get', '/api/v1/openapi.json', open, showDocument(ctx)],
    ['get', '/api/v1/docs', open, withPageHeaders(showDocs)],
    ['get', '/api/v1/docs/:file', open, withPageHeaders(showDocsFile())],
    ['post', '/solve', solving, dropInSolve(ctx)],
    ['post', '/analyse', solving, dropInAnalyse(ctx)],
    ['get', '/health', open, health(ctx)],
    ['get', '/healthz', open, alive],
    ['get', '/readyz', open, ready(ctx)],
  ];
}

/** The routes, and for each of their paths a refusal of every other method. */
export function createRoutes(ctx: ApiContext): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const table = routeTable(ctx);
  for (const [method, path, access, handler] of table) router[method](path, guard(ctx, access), ...[handler].flat());
  for (const path of new Set(table.map(([, path]) => path))) {
    const methods = table.filter((route) => route[1] === path).map(([method]) => method.toUpperCase());
    router.all(path, refuseMethod(methods.includes('GET') ? [...methods, 'HEAD'] : methods));
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
