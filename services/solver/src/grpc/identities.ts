// Who a peer is: the one URI in its certificate's subjectAltName. Never the CN, never a part of a name.
import { X509Certificate } from 'node:crypto';

const clientAuth = '1.3.6.1.5.5.7.3.2';

/**
 * The identity of a peer by its certificate in DER, whose signature TLS has already checked; undefined when the
 * certificate does not carry exactly one URI, is not for a TLS client, or may sign others: nobody is an authority and a
 * client.
 */
export function identityOf(der: Buffer | undefined): string | undefined {
  if (der === undefined) return undefined;
  const certificate = new X509Certificate(der);
  if (certificate.ca || !certificate.keyUsage?.includes(clientAuth)) return undefined;
  const uris = altNames(certificate.subjectAltName ?? '').filter((name) => name.startsWith('URI:'));
  return uris.length === 1 ? uris[0]?.slice('URI:'.length) : undefined;
}

/**
 * The entries of Node's text form of subjectAltName. Node quotes an entry that contains a comma, a quote or anything
 * not printable, so a text with a quote is not taken apart: such a peer has no identity.
 */
function altNames(text: string): string[] {
  return text.includes('"') ? [] : text.split(', ');
}
