// One line per request, when its connection is done with it.
import type { Socket } from 'node:net';
import { type Logger, untrusted } from '@astrogate/common';
import type { RequestHandler } from 'express';
import { notedJob, requestId } from './request-id.js';

/** Bytes of a connection that earlier requests account for. */
const accounted = new WeakMap<Socket, { read: number; written: number }>();

export function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { socket } = request;
    response.once('close', () => {
      const { read, written } = accounted.get(socket) ?? { read: 0, written: 0 };
      accounted.set(socket, { read: socket.bytesRead, written: socket.bytesWritten });
      log.info(
        {
          requestId: requestId(request),
          jobId: notedJob(request),
          method: request.method,
          path: untrusted(request.path),
          status: response.statusCode,
          // False: the client left before it had the answer.
          complete: response.writableFinished,
          ms: Math.round(performance.now() - startedAt),
          bytesIn: socket.bytesRead - read,
          bytesOut: socket.bytesWritten - written,
        },
        'request',
      );
    });
    next();
  };
}
