// Requests that carry no picture have no body worth reading.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';

/** Such requests carry nothing or a few bytes. */
const maxBodyBytes = 16 * 1024;

export const refuseLargeBodies: RequestHandler = (request, _response, next) => {
  if (request.is('multipart/form-data')) return next();
  if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) return next();
  throw new AstrogateError('payload_too_large');
};
