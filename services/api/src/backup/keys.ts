// The keys with which archives are encrypted and signed. All apis on one database share them; they are made when they
// are asked for first. At rest the secret ones are sealed under the master key; no archive holds them.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Db } from '../storage/tables.js';
import type { MakingKeys, ReadingKeys } from './archive.js';
import { makeAgeKey } from './encryption.js';
import { signerOf, trust } from './signer.js';

/** With the master key. `unseal` throws when the text was not sealed with it for this purpose. */
export interface Sealing {
  seal(purpose: string, plain: Buffer): string;
  unseal(purpose: string, sealed: string): Buffer;
}

export interface BackupKeys {
  readonly making: MakingKeys;
  readonly reading: ReadingKeys;
}

const identityPurpose = 'backup identity';
const signingPurpose = 'backup signing key';

/** `others`: public recipients of operators, who can open archives too. */
export async function readBackupKeys(db: Db, sealing: Sealing, others: readonly string[] = []): Promise<BackupKeys> {
  const row = (await find(db)) ?? (await make(db, sealing));
  const identity = sealing.unseal(identityPurpose, row.sealed_identity).toString('utf8');
  const privateKey = createPrivateKey({
    key: sealing.unseal(signingPurpose, row.sealed_signing_key),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey({ key: Buffer.from(row.public_key, 'base64'), format: 'der', type: 'spki' });
  return {
    making: { signer: signerOf(privateKey), recipients: [row.recipient, ...others] },
    reading: { trusted: trust(publicKey), identities: [identity] },
  };
}

function find(db: Db) {
  return db.selectFrom('backup_keys').selectAll().where('id', '=', 1).executeTakeFirst();
}

/** Of several who make them, the first counts. */
async function make(db: Db, { seal }: Sealing) {
  const { identity, recipient } = await makeAgeKey();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const row = {
    id: 1,
    recipient,
    sealed_identity: seal(identityPurpose, Buffer.from(identity)),
    public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sealed_signing_key: seal(signingPurpose, privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
  await db
    .insertInto('backup_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return db.selectFrom('backup_keys').selectAll().where('id', '=', 1).executeTakeFirstOrThrow();
}
