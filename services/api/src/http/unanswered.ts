// What a connection may ask before it has taken its answers. Answers wait in memory, so one packet of a thousand requests
// whose answers nobody reads would fill it.
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/** Browsers and libraries wait for each answer; a few more are for old clients that pipeline. */
const maxUnanswered = 8;

const unanswered = new WeakMap<Socket, number>();

/** Ends a connection that asks for more than it takes. */
export const limitUnanswered: RequestHandler = ({ socket }, response, next) => {
  const count = (unanswered.get(socket) ?? 0) + 1;
  unanswered.set(socket, count);
  response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  if (count > maxUnanswered) socket.destroy();
  else next();
};
