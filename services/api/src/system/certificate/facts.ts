// What is known of a chain and its key before anybody decides whether they may be installed.

export type KeyFacts =
  | { readonly kind: 'rsa'; readonly bits: number }
  /** `curve` as OpenSSL names it: "prime256v1" is P-256. */
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other'; readonly name: string };

/** `other`: a mail address, a URI or anything else that is no name of a server. */
export interface AlternativeName {
  readonly type: 'dns' | 'ip' | 'other';
  readonly value: string;
}

export interface CertificateFacts {
  readonly subject: string;
  /** Hex digits, upper case. */
  readonly serial: string;
  /** SHA-256 of the whole certificate, hex digits. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyFacts;
  /** Of the signature that it carries, such as "SHA-256"; empty: it names none. */
  readonly signatureHash: string;
  readonly isAuthority: boolean;
  /** Undefined: the extension is not there, and then nothing is ruled out. */
  readonly usages: { readonly maySign: boolean; readonly mayCertify: boolean } | undefined;
  /** Object identifiers; undefined: the extension is not there. */
  readonly purposes: readonly string[] | undefined;
  readonly names: readonly AlternativeName[];
}

export interface PairFacts {
  /** The server's own certificate first; at least one. */
  readonly chain: readonly [CertificateFacts, ...CertificateFacts[]];
  /** Whether the public key of the first is that of the private key. */
  readonly isKeyOfFirst: boolean;
  /** For each but the last: whether the next one's name and key have signed it. */
  readonly signedByNext: readonly boolean[];
}

/** What is written on the disk. */
export interface PemPair {
  /** Certificates, the server's own first. */
  readonly chain: string;
  /** PKCS #8. */
  readonly key: string;
}
