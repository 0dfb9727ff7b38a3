// Certificates of an inner channel for tests: an own authority, the solver's and the api's, as PEM files in a new directory.
import { webcrypto } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

export interface TlsPaths {
  ca: string;
  cert: string;
  key: string;
}

/** What may be wrong with the server's certificate. */
export interface ServerFault {
  names?: x509.JsonGeneralNames;
  usage?: string;
  validity?: { notBefore: Date; notAfter: Date };
}

export async function makeCertificates(
  fault: ServerFault = {},
): Promise<{ dir: string; server: TlsPaths; client: TlsPaths }> {
  const dir = mkdtempSync(join(tmpdir(), 'astrogate-api-certs-'));
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test inner channel',
    keys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const ca = join(dir, 'ca.pem');
  writeFileSync(ca, root.toString('pem'));
  const issue = async (
    name: string,
    usage: string,
    names: x509.JsonGeneralNames,
    during = validity,
  ): Promise<TlsPaths> => {
    const leaf = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: root.subject,
      publicKey: leaf.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      ...during,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.ExtendedKeyUsageExtension([usage]),
        new x509.SubjectAlternativeNameExtension(names),
      ],
    });
    const paths = { ca, cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
    writeFileSync(paths.cert, certificate.toString('pem'));
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey);
    writeFileSync(paths.key, x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), { mode: 0o600 });
    return paths;
  };
  const serverNames: x509.JsonGeneralNames = [
    { type: 'dns', value: 'solver' },
    { type: 'dns', value: 'localhost' },
  ];
  const { names = serverNames, usage = serverAuth, validity: during = validity } = fault;
  const server = await issue('solver', usage, names, during);
  const client = await issue('api', clientAuth, [{ type: 'url', value: 'spiffe://astrogate/api' }]);
  return { dir, server, client };
}
