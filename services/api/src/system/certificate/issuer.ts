// Who makes certificates for the system. The one implementation signs them with their own key, which no browser trusts: it
// is for development. The authority of issue 8 is to be another.
import { webcrypto } from 'node:crypto';
import 'reflect-metadata'; // @peculiar/x509 asks for it
import * as x509 from '@peculiar/x509';
import type { PemPair } from './facts.js';
import { toAlternativeName } from './names.js';

export interface CertificateIssuer {
  /** A certificate for these servers, 1 to 100 names or addresses. */
  issue(names: readonly string[]): Promise<PemPair>;
  /** The certificate counts no more: another is served in its place. Called again after a crash. */
  revoke(certificate: { readonly serial: string; readonly fingerprint: string }): Promise<void>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const days = 90;
/** Clocks of two machines may differ; a certificate that is too young would be refused. */
const backdateMs = 5 * 60_000;

export function selfSigned(now: () => Date): CertificateIssuer {
  return {
    async issue(names) {
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const serialNumber = newSerial();
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        // Else programs that trust one by its name would take it for another.
        name: `CN=Astrogate system certificate ${serialNumber.slice(0, 8)}`,
        serialNumber,
        notBefore: new Date(now().getTime() - backdateMs),
        notAfter: new Date(now().getTime() + days * dayMs),
        keys,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map(toAlternativeName).map(({ type, value }) => ({ type: type === 'ip' ? 'ip' : 'dns', value })),
          ),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
      return { chain: `${certificate.toString('pem')}\n`, key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` };
    },
    // Nobody asks whether a self-signed certificate was revoked. With the authority of issue 8 this enters it in its list.
    revoke: async () => {},
  };
}

/** 127 random bits: positive, as RFC 5280 asks. */
function newSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
