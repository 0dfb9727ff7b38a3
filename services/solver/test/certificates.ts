// Certificates for tests, good ones and wrong ones.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

export interface Credentials {
  /** PEM. */
  readonly cert: Buffer;
  /** PEM. */
  readonly key: Buffer;
}

export interface Authority extends Credentials {
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface LeafOptions {
  readonly commonName?: string;
  readonly names?: readonly { type: 'url' | 'dns' | 'email' | 'ip'; value: string }[];
  readonly purpose?: 'serverAuth' | 'clientAuth' | 'none';
  /** Whether it says that it may sign others. */
  readonly isAuthority?: boolean;
  /** Days from now; negative ones are past. */
  readonly from?: number;
  readonly to?: number;
}

export async function makeAuthority(): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Test authority',
    notBefore: new Date(Date.now() - 100 * dayMs),
    notAfter: new Date(Date.now() + 100 * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { ...(await pem(cert, keys)), keys };
}

/** Signed by `authority`, whatever that is: as an authority it is one itself, so that it may sign others in a chain. */
export async function makeLeaf(authority: Authority, options: LeafOptions): Promise<Authority> {
  const { commonName = 'test', names = [], purpose = 'clientAuth', isAuthority = false, from = -1, to = 1 } = options;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const altNames = names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])];
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    subject: `CN=${commonName}`,
    issuer: new x509.X509Certificate(authority.cert.toString()).subject,
    notBefore: new Date(Date.now() + from * dayMs),
    notAfter: new Date(Date.now() + to * dayMs),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      ...(purpose === 'none' ? [] : [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[purpose]])]),
      ...altNames,
    ],
  });
  return { ...(await pem(cert, keys)), keys };
}

/** The leaf with the certificate of whoever signed it behind it, as a client sends a chain. */
export const withChain = (leaf: Credentials, signer: Credentials): Credentials => ({
  key: leaf.key,
  cert: Buffer.concat([leaf.cert, signer.cert]),
});

/** A certificate that nobody but itself has signed. */
export async function makeSelfSigned(names: NonNullable<LeafOptions['names']>): Promise<Credentials> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '02',
    name: 'CN=Test authority',
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([...names]),
    ],
  });
  return await pem(cert, keys);
}

async function pem(cert: x509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Credentials> {
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: Buffer.from(cert.toString('pem')), key: Buffer.from(x509.PemConverter.encode(key, 'PRIVATE KEY')) };
}
