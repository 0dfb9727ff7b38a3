// Every route of the api. The OpenAPI document describes the same list; a test holds the two together.
import { AstrogateError } from '@astrogate/proto';
import { type RequestHandler, Router } from 'express';
import { principalOf } from '../access/asker.js';
import { guard } from '../access/authenticate.js';
import { callerKeyOf } from '../access/caller.js';
import { type Access, open } from '../access/route-access.js';
import { watchStanding } from '../access/standing.js';
import type { ApiContext } from '../context.js';
import type { LimitClass } from '../limits/route-limits.js';
import { showDocs, showDocsFile } from '../openapi/docs-page.js';
import { openApiDocument } from '../openapi/document.js';
import { exportAudit, listAudit } from './audit-routes.js';
import { actOf } from './audited.js';
import {
  addFactor,
  bootstrap,
  changePassword,
  confirmFactorRoute,
  dropFactor,
  login,
  logout,
  me,
  proveAgain,
  refresh,
} from './auth-routes.js';
import {
  createBackup,
  downloadBackup,
  listBackups,
  removeBackup,
  restoreBackup,
  showBackup,
  uploadBackup,
  verifyBackup,
} from './backup-routes.js';
import { backupUploadPath, certificatePath } from './body-limit.js';
import { installCertificate, showCertificate } from './certificate-routes.js';
import { dropInAnalyse } from './drop-in-analyse-route.js';
import { dropInSolve } from './drop-in-solve-route.js';
import { followSolve } from './follow-route.js';
import { alive, health, ready } from './health-routes.js';
import { addKey, dropKey, showKeys } from './keys-routes.js';
import { limitAccount, limitAddress } from './limit-rate.js';
import { listSolves } from './list-route.js';
import { systemOf } from './order-job.js';
import { refusePaused } from './refuse-paused.js';
import { resetSystem } from './reset-route.js';
import { pageHeaders } from './security-headers.js';
import { listIndexes, showCapacity } from './solver-routes.js';
import { cancelSolve, createSolve, deleteSolve, showSolve, showWcsFile } from './solves-routes.js';
import { type SystemRouteParts, systemRoutes } from './system-routes.js';
import { addUser, editUser, removeUser, showUser, showUsers } from './users-routes.js';

export type Method = 'get' | 'post' | 'patch' | 'delete';
type Route = readonly [Method, string, Access, LimitClass, RequestHandler | RequestHandler[]];

const solving: Access = { least: 'viewer', scope: 'solve', mayBeAnonymous: true };
const reading: Access = { least: 'viewer', scope: 'read', mayBeAnonymous: true };
const own: Access = { least: 'viewer', scope: 'read' };
/** What a stolen key must not be able to do. */
const inPerson: Access = { least: 'viewer', scope: 'admin', sessionOnly: true };
const administering: Access = { least: 'admin', scope: 'admin' };
const managing: Access = { ...administering, sessionOnly: true };

export function routeTable(ctx: ApiContext): readonly Route[] {
  const settled = (handler: RequestHandler | RequestHandler[]) => [refusePaused(ctx), handler].flat();
  return [
    ['post', '/api/v1/solves', solving, 'upload', createSolve(ctx)],
    ['get', '/api/v1/solves', reading, 'read', listSolves(ctx)],
    ['get', '/api/v1/solves/:id', reading, 'read', showSolve(ctx)],
    ['delete', '/api/v1/solves/:id', solving, 'change', deleteSolve(ctx)],
    ['post', '/api/v1/solves/:id/cancel', solving, 'change', cancelSolve(ctx)],
    ['get', '/api/v1/solves/:id/events', reading, 'follow', followSolve(ctx)],
    ['get', '/api/v1/solves/:id/files/wcs', reading, 'read', showWcsFile(ctx)],
    ['get', '/api/v1/indexes', reading, 'read', listIndexes(ctx)],
    ['get', '/api/v1/capacity', reading, 'read', showCapacity(ctx)],
    ['post', '/api/v1/auth/bootstrap', open, 'login', bootstrap(ctx)],
    ['post', '/api/v1/auth/login', open, 'login', login(ctx)],
    ['post', '/api/v1/auth/refresh', open, 'change', refresh(ctx)],
    ['post', '/api/v1/auth/logout', inPerson, 'change', logout(ctx)],
    ['get', '/api/v1/auth/me', own, 'read', me],
    ['post', '/api/v1/auth/password', inPerson, 'login', settled(changePassword(ctx))],
    ['post', '/api/v1/auth/second-factor', inPerson, 'login', settled(addFactor(ctx))],
    ['post', '/api/v1/auth/second-factor/confirm', inPerson, 'login', settled(confirmFactorRoute(ctx))],
    ['post', '/api/v1/auth/second-factor/remove', inPerson, 'login', settled(dropFactor(ctx))],
    ['get', '/api/v1/users', administering, 'admin', showUsers(ctx)],
    ['post', '/api/v1/users', managing, 'admin', settled(addUser(ctx))],
    ['get', '/api/v1/users/:id', administering, 'admin', showUser(ctx)],
    ['patch', '/api/v1/users/:id', managing, 'admin', settled(editUser(ctx))],
    ['delete', '/api/v1/users/:id', managing, 'admin', settled(removeUser(ctx))],
    ['get', '/api/v1/keys', own, 'read', showKeys(ctx)],
    ['post', '/api/v1/keys', inPerson, 'change', settled(addKey(ctx))],
    ['delete', '/api/v1/keys/:id', inPerson, 'change', settled(dropKey(ctx))],
    ['get', '/api/v1/audit', administering, 'admin', listAudit(ctx)],
    ['get', '/api/v1/audit/export', administering, 'admin', exportAudit(ctx)],
    ['get', '/api/v1/system/backups', administering, 'admin', listBackups(ctx)],
    ['post', '/api/v1/system/backups', managing, 'admin', createBackup(ctx)],
    ['post', backupUploadPath, managing, 'upload', uploadBackup(ctx)],
    ['get', '/api/v1/system/backups/:id', administering, 'admin', showBackup(ctx)],
    ['get', '/api/v1/system/backups/:id/archive', administering, 'admin', downloadBackup(ctx)],
    ['post', '/api/v1/system/backups/:id/verify', managing, 'admin', verifyBackup(ctx)],
    ['post', '/api/v1/system/backups/:id/restore', managing, 'admin', restoreBackup(ctx)],
    ['delete', '/api/v1/system/backups/:id', managing, 'admin', removeBackup(ctx)],
    ['post', '/api/v1/system/reset', managing, 'admin', resetSystem(ctx)],
    ['get', certificatePath, administering, 'admin', showCertificate(ctx)],
    ['post', certificatePath, managing, 'admin', installCertificate(ctx)],
    ...systemRoutes(systemPartsOf(ctx)).map(
      ([method, path, handler]): Route => [method, path, method === 'get' ? administering : managing, 'admin', handler],
    ),
    ['get', '/api/v1/openapi.json', open, 'read', showDocument(ctx)],
    ['get', '/api/v1/docs', open, 'read', withPageHeaders(showDocs)],
    ['get', '/api/v1/docs/:file', open, 'read', withPageHeaders(showDocsFile())],
    ['post', '/solve', solving, 'upload', dropInSolve(ctx)],
    ['post', '/analyse', solving, 'upload', dropInAnalyse(ctx)],
    ['get', '/health', open, 'probe', health(ctx)],
    ['get', '/healthz', open, 'probe', alive],
    ['get', '/readyz', open, 'probe', ready(ctx)],
  ];
}

/** Of a context that may be without a system; its routes are there all the same. */
function systemPartsOf(ctx: ApiContext): SystemRouteParts {
  return {
    get jobs() {
      return systemOf(ctx).jobs;
    },
    targets: ctx.targets,
    vault: async () => {
      const health = await ctx.system?.vault?.health();
      return health ? { sealed: health.state === 'sealed' } : null;
    },
    streams: ctx.streams,
    callerOf: (request) => callerKeyOf(ctx, request),
    watchStanding: (request) => watchStanding(ctx, principalOf(request)),
    closing: ctx.closing.signal,
    prove: (request, proof) => proveAgain(ctx.accounts, request, proof),
    record: (request, act, jobId, detail = {}) =>
      ctx.store.audit.append({ ...actOf(request, act, `job:${jobId}`), detail }),
  };
}

/** The routes, and for each of their paths a refusal of every other method. */
export function createRoutes(ctx: ApiContext): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const table = routeTable(ctx);
  for (const [method, path, access, limits, handler] of table)
    router[method](path, limitAddress(ctx, limits), guard(ctx, access), limitAccount(ctx, limits), ...[handler].flat());
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
