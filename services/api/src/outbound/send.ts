// One request over one new connection, to one of the given addresses and to no other, whatever the name says by then.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Hop } from './hop.js';
import { OutboundError } from './outbound-error.js';

/** Nobody who means to answer is silent for longer: connecting, thinking, or between two bytes. */
const quietMs = 10_000;
/** All headers of an answer; servers themselves seldom take more. */
const headerBytes = 16 * 1024;
/** With several addresses, the next one is tried after this time. */
const nextAddressMs = 1_000;

/**
 * Resolves with the answer once its headers are there. Its bytes come as they were sent: nothing is unpacked. `over` ends
 * the request, and is aborted when the server is silent.
 */
export function send(
  { url, method, headers, body }: Hop,
  addresses: readonly string[],
  { over, ca }: { over: AbortController; ca: string | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      // A connection of its own: one that was kept has been checked for another request.
      agent: false,
      lookup: only(addresses),
      autoSelectFamilyAttemptTimeout: nextAddressMs,
      maxHeaderSize: headerBytes,
      timeout: quietMs,
      signal: over.signal,
      ...(ca === undefined ? {} : { ca }),
    };
    const request = start(url, options);
    const fail = (error: unknown) => reject(over.signal.aborted ? over.signal.reason : OutboundError.from(error));
    request.once('response', resolve);
    request.on('timeout', () => over.abort(new OutboundError('timeout', 'The server is silent')));
    request.on('error', fail);
    // After a refused upgrade there is no other event.
    request.once('close', () => fail(new Error('closed without an answer')));
    request.end(body);
  });
}

/** A lookup that knows `addresses` and asks nobody. */
function only(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, done) => {
    if (options.all) return done(null, all);
    const [first] = all;
    if (first) done(null, first.address, first.family);
    else done(new Error('no address'), '');
  };
}
