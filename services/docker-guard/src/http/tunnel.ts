// Two sockets joined: what one reads the other writes, each direction ends on its own, and neither is read faster than
// the other takes it, so that an idle or stuck tunnel holds no more than two buffers.
import type { Socket } from 'node:net';

/** Joins them until both are closed. Both must allow to be half open. */
export function joinSockets(near: Socket, far: Socket): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    // Ends `to` when `from` has ended.
    from.pipe(to);
    from.on('error', () => to.destroy());
    // Nobody is left to hear it; what was read already is still delivered.
    from.once('close', (hadError) => (hadError ? to.destroy() : to.destroySoon()));
  }
}
