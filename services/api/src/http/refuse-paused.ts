// While an admin job exchanges or empties the tables no account and no key is changed: whoever revoked one meanwhile would be
// told so and find it valid again.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import type { ApiContext } from '../context.js';
import { isPaused } from '../storage/pause.js';

/** Throws `system_paused`, `storage_unavailable`. */
export function refusePaused({ system }: Pick<ApiContext, 'system'>): RequestHandler {
  return async (_request, _response, next) => {
    if (system && (await isPaused(system.backups.database.db)))
      throw new AstrogateError('system_paused', 'Accounts and keys stay as they are until the admin job has ended');
    next();
  };
}
