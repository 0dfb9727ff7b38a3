// Reads PEM that somebody sent: a chain and its private key. Decides nothing about them but whether they can be read.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import 'reflect-metadata'; // @peculiar/x509 asks for it
import * as x509 from '@peculiar/x509';
import type { AlternativeName, CertificateFacts, KeyFacts, PairFacts, PemPair } from './facts.js';
import { invalidCertificate } from './invalid.js';

/** A chain has two or three certificates of a few kilobytes. */
export const mostPemCharacters = 64 * 1024;
const mostCertificates = 8;
const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** PKCS #8, SEC 1 and PKCS #1. */
const keyPattern = /-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----/g;

/** Whether `text` is certificates and nothing else: what it holds is persisted, so that no key may lie between them. */
export function isOnlyCertificates(text: string): boolean {
  const rest = text.replaceAll(certificatePattern, '');
  return rest !== text && rest.trim() === '';
}

/** The facts, and what is to be written. Throws `certificate_invalid`. */
export function readPair(chain: string, key: string): { facts: PairFacts; pem: PemPair } {
  const privateKey = readKey(key);
  const certificates = readChain(chain);
  const [first] = certificates;
  const facts = certificates.map(factsOf) as [CertificateFacts, ...CertificateFacts[]];
  return {
    facts: {
      chain: facts,
      isKeyOfFirst: first.checkPrivateKey(privateKey),
      signedByNext: certificates.slice(1).map((issuer, at) => isSignedBy(certificates[at] as X509Certificate, issuer)),
    },
    pem: {
      chain: certificates.map((one) => one.toString()).join(''),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    },
  };
}

/** The facts of the first certificate of a chain. Throws `certificate_invalid`. */
export function readLeaf(chain: string): CertificateFacts {
  return factsOf(readChain(chain)[0]);
}

function readChain(text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.length <= mostPemCharacters ? (text.match(certificatePattern) ?? []) : [];
  if (blocks.length === 0 || blocks.length > mostCertificates)
    throw invalidCertificate([`the chain must be 1 to ${mostCertificates} certificates as PEM`]);
  try {
    return blocks.map((block) => new X509Certificate(block)) as [X509Certificate, ...X509Certificate[]];
  } catch (error) {
    throw invalidCertificate(['a certificate of the chain cannot be read'], error);
  }
}

/** The error has no cause, since parsers quote what they read. */
function readKey(text: string): KeyObject {
  if (text.length > mostPemCharacters) throw invalidCertificate(['the key is too long']);
  if (/ENCRYPTED/.test(text)) throw invalidCertificate(['the key is locked with a passphrase; send it without one']);
  const [block, ...more] = text.match(keyPattern) ?? [];
  if (block === undefined || more.length > 0)
    throw invalidCertificate(['the key must be one private key as PEM, PKCS #8, SEC 1 or PKCS #1']);
  try {
    return createPrivateKey(block);
  } catch {
    throw invalidCertificate(['the key cannot be read']);
  }
}

function isSignedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return one.checkIssued(issuer) && one.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  try {
    const parsed = new x509.X509Certificate(certificate.raw);
    const usage = parsed.getExtension(x509.KeyUsagesExtension)?.usages;
    const { hash } = parsed.signatureAlgorithm as { hash?: { name?: string } };
    return {
      subject: parsed.subject,
      serial: certificate.serialNumber,
      fingerprint: certificate.fingerprint256.replaceAll(':', ''),
      notBefore: parsed.notBefore,
      notAfter: parsed.notAfter,
      key: keyFactsOf(certificate.publicKey),
      signatureHash: hash?.name ?? '',
      isAuthority: parsed.getExtension(x509.BasicConstraintsExtension)?.ca ?? false,
      usages:
        usage === undefined
          ? undefined
          : {
              maySign: (usage & x509.KeyUsageFlags.digitalSignature) !== 0,
              mayCertify: (usage & x509.KeyUsageFlags.keyCertSign) !== 0,
            },
      purposes: parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages.map(String),
      names: parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.map(toName) ?? [],
    };
  } catch (error) {
    throw invalidCertificate(['a certificate of the chain cannot be read'], error);
  }
}

function toName({ type, value }: x509.GeneralName): AlternativeName {
  return { type: type === 'dns' || type === 'ip' ? type : 'other', value };
}

function keyFactsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyFacts {
  if (asymmetricKeyType === 'rsa') return { kind: 'rsa', bits: asymmetricKeyDetails?.modulusLength ?? 0 };
  if (asymmetricKeyType === 'ec') return { kind: 'ec', curve: asymmetricKeyDetails?.namedCurve ?? 'another curve' };
  const names: Readonly<Record<string, string>> = { ed25519: 'Ed25519', ed448: 'Ed448', 'rsa-pss': 'RSA-PSS' };
  return { kind: 'other', name: names[asymmetricKeyType ?? ''] ?? 'of another kind' };
}
