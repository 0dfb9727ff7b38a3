// Which certificate a server shows to whoever connects. Nothing is sent, and nobody is trusted: whether it is the right one
// is seen from its fingerprint, so that also one of an unknown authority can be looked at.
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { AstrogateError } from '@astrogate/proto';

export interface ServingPlace {
  readonly host: string;
  readonly port: number;
  /** The name that a browser would send (SNI); the certificate must be for it. */
  readonly serverName: string;
}

export interface Served {
  /** Hex digits, upper case. */
  readonly serial: string;
  /** SHA-256, hex digits, upper case. */
  readonly fingerprint: string;
}

/** A server on the same network that has not answered by then is not there. */
const lookMs = 5_000;
const pauseMs = 200;
/** For 0.1 s after its new workers have begun nginx has old ones that take connections, too. */
const looksInARow = 5;

/** Throws `certificate_not_served` when nothing there speaks TLS in time. */
export function servedCertificate(place: ServingPlace, signal?: AbortSignal): Promise<Served> {
  const { host, port, serverName } = place;
  const { promise, resolve, reject } = Promise.withResolvers<Served>();
  const fail = (cause: unknown) =>
    reject(new AstrogateError('certificate_not_served', `Nothing at ${nameOf(place)} speaks TLS`, { cause }));
  const over = AbortSignal.any([AbortSignal.timeout(lookMs), ...(signal ? [signal] : [])]);
  if (over.aborted) {
    fail(over.reason);
    return promise;
  }
  const socket: TLSSocket = connect({
    // Whatever the process asks of its own connections: a server with TLS 1.2 alone shows its certificate, too.
    ...{ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    // An address is no name to send (RFC 6066, 3).
    ...(isIP(serverName) === 0 && { servername: serverName }),
  });
  const giveUp = () => socket.destroy(over.reason instanceof Error ? over.reason : undefined);
  over.addEventListener('abort', giveUp, { once: true });
  socket.once('secureConnect', () => {
    const { serialNumber = '', fingerprint256 = '' } = socket.getPeerCertificate();
    resolve({ serial: serialNumber, fingerprint: fingerprint256.replaceAll(':', '') });
    socket.destroy();
  });
  socket.once('error', fail);
  socket.once('close', () => {
    over.removeEventListener('abort', giveUp);
    fail(new Error('it closed the connection'));
  });
  return promise;
}

/**
 * Looks again and again until the certificate with this fingerprint is served, and no other is any more: a server that
 * reloads answers with the old one for a moment, and with either for another. Throws `certificate_not_served` with what was seen last, once `signal` has fired.
 */
export async function waitUntilServed(place: ServingPlace, fingerprint: string, signal: AbortSignal): Promise<Served> {
  let last: unknown;
  let serial: string | undefined;
  for (let inARow = 0; !signal.aborted; ) {
    try {
      const served = await servedCertificate(place, signal);
      inARow = served.fingerprint === fingerprint ? inARow + 1 : 0;
      if (inARow === looksInARow) return served;
      serial = served.serial;
    } catch (error) {
      if (!signal.aborted) [last, serial] = [error, undefined];
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  const what = serial === undefined ? 'shows no certificate' : `shows the certificate with serial ${serial}`;
  throw new AstrogateError('certificate_not_served', `${nameOf(place)} ${what}`, { cause: last });
}

export const nameOf = ({ host, port }: ServingPlace) => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
