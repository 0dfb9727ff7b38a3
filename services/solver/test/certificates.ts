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
  readonly names?: readonly { type: 'url' | 'dns'; value: string }[];
  readonly purpose?: 'serverAuth' | 'clientAuth';
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

export async function makeLeaf(authority: Authority, options: LeafOptions): Promise<Credentials> {
  const { commonName = 'test', names = [], purpose = 'clientAuth', from = -1, to = 1 } = options;
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
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[purpose]]),
      ...altNames,
    ],
  });
  return await pem(cert, keys);
}

async function pem(cert: x509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Credentials> {
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: Buffer.from(cert.toString('pem')), key: Buffer.from(x509.PemConverter.encode(key, 'PRIVATE KEY')) };
}
