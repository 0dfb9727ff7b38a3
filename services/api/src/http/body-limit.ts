// Requests that carry no picture have no body worth reading.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';

/** Such requests carry nothing or a few bytes. */
const maxBodyBytes = 16 * 1024;

/** They say themselves that they take a form, and read nothing else. */
const pictureRoutes: ReadonlySet<string> = new Set(['/api/v1/solves', '/solve', '/analyse']);
/** They say themselves how much they take. */
export const backupUploadPath = '/api/v1/system/backups/upload';
export const certificatePath = '/api/v1/system/certificate';

export const refuseLargeBodies: RequestHandler = (request, _response, next) => {
  if (request.is('multipart/form-data') || pictureRoutes.has(request.path)) return next();
  if (request.path === backupUploadPath || request.path === certificatePath) return next();
  if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) return next();
  throw new AstrogateError('payload_too_large');
};
