// The keys with which archives are encrypted and signed. They are made from the master key, so that a server whose database
// is lost can still take its backups, and are stored nowhere.
import { deriveBytes, deriveSigningKey } from '../derived-key.js';
import type { MakingKeys, ReadingKeys } from './archive.js';
import { ageKeyOf } from './encryption.js';
import { signerOf, trust } from './signer.js';

export interface BackupKeys {
  readonly making: MakingKeys;
  readonly reading: ReadingKeys;
}

/** The same for all apis with this master key. `others`: public recipients of operators, who can open archives too. */
export async function backupKeysOf(masterKey: Buffer, others: readonly string[] = []): Promise<BackupKeys> {
  const { identity, recipient } = await ageKeyOf(deriveBytes(masterKey, 'astrogate.backup.identity.v1'));
  const signingKey = deriveSigningKey(masterKey, 'astrogate.backup.signing.v1');
  return {
    making: { signer: signerOf(signingKey), recipients: [recipient, ...others] },
    reading: { trusted: trust(signingKey), identities: [identity] },
  };
}
