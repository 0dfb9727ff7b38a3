// One line per request, when its connection is done with it.
import { type Logger, untrusted } from '@astrogate/common';
import type { RequestHandler } from 'express';
import { notedJob, requestId } from './request-id.js';

export function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { socket } = request;
    const [readBefore, writtenBefore] = [socket.bytesRead, socket.bytesWritten];
    response.once('close', () => {
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
          bytesIn: socket.bytesRead - readBefore,
          bytesOut: socket.bytesWritten - writtenBefore,
        },
        'request',
      );
    });
    next();
  };
}
