// The way of one request, top to bottom. An upload goes on in accept-job.ts, upload.ts, then jobs/dispatcher.ts.
import { AstrogateError } from '@astrogate/proto';
import cors from 'cors';
import express, { type Express } from 'express';
import type { ApiContext } from '../context.js';
import { accessLog } from './access-log.js';
import { refuseLargeBodies } from './body-limit.js';
import { ownerHeader } from './caller-keys.js';
import { noteClientAddress } from './client-address.js';
import { errorHandler } from './error-handler.js';
import { limitAddress } from './limit-rate.js';
import { cutUnreadBodies } from './linger.js';
import { recordRefusals } from './record-refusals.js';
import { assignRequestId } from './request-id.js';
import { createRoutes } from './routes.js';
import { dataHeaders } from './security-headers.js';
import { limitUnanswered } from './unanswered.js';

export function createApp(ctx: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use(limitUnanswered);
  app.use(assignRequestId);
  app.use(noteClientAddress(ctx.config.trustedProxies));
  app.use(accessLog(ctx.log));
  app.use(dataHeaders);
  if (ctx.config.corsOrigins.length > 0) app.use(cors(corsOptions(ctx.config.corsOrigins)));
  app.use(cutUnreadBodies, refuseLargeBodies);
  app.use(createRoutes(ctx));
  app.use(limitAddress(ctx, 'unknown'), () => {
    throw new AstrogateError('not_found', 'There is no such path');
  });
  app.use(recordRefusals(ctx));
  app.use(errorHandler(ctx.log));
  return app;
}

function corsOptions(origins: readonly string[]): cors.CorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: [
      ...['Authorization', 'Content-Type', 'Prefer', 'X-Request-Id', 'Last-Event-ID', 'Idempotency-Key'],
      ownerHeader,
    ],
    exposedHeaders: [
      ...['Location', 'Preference-Applied', 'Retry-After', 'X-Request-Id'],
      ...['Link', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy'],
    ],
    maxAge: 600,
  };
}
