// After an early refusal the client may still be sending. It gets a moment to read the answer; then the connection ends.
import type { RequestHandler } from 'express';

/** Long enough for an answer to cross the world, short enough that nobody can keep us reading. */
const lingerMs = 3_000;

export const cutUnreadBodies: RequestHandler = (request, response, next) => {
  response.once('finish', () => {
    if (request.complete) return;
    request.resume();
    const timer = setTimeout(() => request.socket.destroy(), lingerMs);
    request.once('close', () => clearTimeout(timer));
    request.once('end', () => clearTimeout(timer));
  });
  next();
};
