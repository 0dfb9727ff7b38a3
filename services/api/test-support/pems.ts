// Certificates of servers for tests, with whatever may be wrong about them.
import { createPrivateKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export const dayMs = 86_400_000;

type KeyKind = 'p256' | 'p384' | 'p521' | 'rsa2048' | 'rsa1024' | 'ed25519';

export interface Wanted {
  readonly key?: KeyKind;
  readonly names?: x509.JsonGeneralNames;
  /** From now, in days; may be negative. */
  readonly from?: number;
  readonly to?: number;
  readonly isAuthority?: boolean;
  /** Undefined: serverAuth. Empty: no such extension. */
  readonly purposes?: readonly string[];
  readonly usages?: number;
}

export interface Made {
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly subject: string;
  readonly kind: KeyKind;
}

const signing = {
  p256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  p521: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  rsa2048: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
  rsa1024: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
  ed25519: { name: 'Ed25519' },
} as const;

let count = 0;

/** Signed by `issuer`, or by itself. */
export async function makeCertificate(wanted: Wanted = {}, issuer?: Made): Promise<Made> {
  const { key: kind = 'p256', from = -1, to = 90, isAuthority = false, usages } = wanted;
  const { names = [{ type: 'dns', value: 'localhost' }], purposes = [x509.ExtendedKeyUsage.serverAuth] } = wanted;
  const algorithm = signing[kind];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  count += 1;
  const subject = `CN=test ${count}`;
  const usual = isAuthority ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature;
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject, issuer: issuer?.subject ?? subject, serialNumber: `4${count.toString(16).padStart(31, '0')}` },
    notBefore: new Date(Date.now() + from * dayMs),
    notAfter: new Date(Date.now() + to * dayMs),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: signing[issuer?.kind ?? kind],
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      new x509.KeyUsagesExtension(usages ?? usual, true),
      ...(isAuthority || purposes.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...purposes])]),
      ...(isAuthority || names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
  return { cert: `${certificate.toString('pem')}\n`, key, keys, subject, kind };
}

/** The same key in another form. */
export function keyAs(type: 'sec1' | 'pkcs1' | 'pkcs8', pem: string, passphrase?: string): string {
  const key: KeyObject = createPrivateKey(pem);
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return key.export({ type, format: 'pem', ...locked } as never) as string;
}

/** A key that belongs to no certificate. */
export const strangeKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
