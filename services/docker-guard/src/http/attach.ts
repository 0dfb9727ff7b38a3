// The one call that becomes a tunnel: bytes of a job to a sandbox's stdin, frames of its output back.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { engineCallOf, judge } from '../container-call.js';
import type { GuardContext } from '../context.js';
import { Denied } from '../denied.js';
import { findCall } from '../policy/routes.js';
import { refusalOf, refuseConnection, writeAnswer } from './refusal.js';
import { announcedBytes, checkHead } from './request-form.js';
import { joinSockets } from './tunnel.js';

const switching = [
  'HTTP/1.1 101 UPGRADED',
  'Content-Type: application/vnd.docker.raw-stream',
  'Connection: Upgrade',
  'Upgrade: tcp',
];

/** Handles a request that wants to upgrade; never throws. `head` is what followed it at once, and must be nothing. */
export async function handleUpgrade(
  context: GuardContext,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => {});
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  try {
    const far = await open(context, request, head, gone.signal);
    if (typeof far === 'number') {
      writeAnswer(socket, far, 'Refused', JSON.stringify({ message: `the engine answered ${far}` }));
      return;
    }
    if (gone.signal.aborted) {
      far.destroy();
      return;
    }
    socket.write(`${switching.join('\r\n')}\r\n\r\n`);
    joinSockets(socket, far);
  } catch (error) {
    if (gone.signal.aborted) return;
    refuseConnection(socket, refusalOf(error, request, context.log));
  }
}

async function open(
  context: GuardContext,
  request: IncomingMessage,
  head: Buffer,
  signal: AbortSignal,
): Promise<Socket | number> {
  checkHead(request);
  const { connection, upgrade } = request.headers;
  if (connection?.toLowerCase() !== 'upgrade' || upgrade !== 'tcp') throw new Denied('an unusual upgrade');
  const call = findCall(request.method ?? '', request.url ?? '', context.grammar);
  if (call.verb !== 'attach') throw new Denied('an upgrade where none belongs');
  announcedBytes(request, false);
  if (head.length > 0) throw new Denied('bytes before the engine has switched protocols');
  const judged = await judge(context, call, signal);
  if ('status' in judged) return judged.status;
  return await context.engine.attach(`${context.prefix}/${engineCallOf(call, judged.id).path}`);
}
