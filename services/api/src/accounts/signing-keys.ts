// The keys that access tokens are signed with: Ed25519, in the database so that all replicas have them, the private part
// sealed. A new one is made every month; the one before is known for as long as its tokens may live.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ConfigError } from '@astrogate/common';
import { newId } from '../new-id.js';
import { ask } from '../storage/transaction.js';
import { type AccountParts, dbIn } from './parts.js';
import { seal, unseal } from './seal.js';

/** How long a key signs, seconds. */
const signingSeconds = 30 * 86_400;
/** How long it is known: a day more, and tokens live for 15 minutes. */
const knownSeconds = signingSeconds + 86_400;
const purposeOf = (kid: string) => `signing key ${kid}`;

export interface Signer {
  readonly kid: string;
  readonly key: KeyObject;
}

export class SigningKeys {
  #signer: Signer | undefined;

  constructor(readonly parts: Pick<AccountParts, 'db' | 'masterKey'>) {}

  /** The key to sign with now. Throws ConfigError when it was sealed under another master key. */
  async signer(): Promise<Signer> {
    const row = await ask(() => this.#newest());
    const isSame = row !== undefined && row.kid === this.#signer?.kid;
    // Opened however old it is: another master key is noticed.
    if (row && !isSame) this.#signer = this.#open(row.kid, row.sealed_key);
    if (!this.#signer || !row?.isYoung) this.#signer = await ask(() => this.#make());
    return this.#signer;
  }

  /** The public key of this name; undefined: there is none, or it is too old. */
  async verifier(kid: string): Promise<KeyObject | undefined> {
    const row = await ask(() =>
      this.parts.db
        .selectFrom('signing_keys')
        .select('public_key')
        .where('kid', '=', kid)
        .where('created_at', '>', dbIn(-knownSeconds))
        .executeTakeFirst(),
    );
    return row && createPublicKey({ key: Buffer.from(row.public_key, 'base64'), format: 'der', type: 'spki' });
  }

  #newest() {
    return this.parts.db
      .selectFrom('signing_keys')
      .select(['kid', 'sealed_key'])
      .select((eb) => eb('created_at', '>', dbIn(-signingSeconds)).as('isYoung'))
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  #open(kid: string, sealed: string): Signer {
    try {
      const key = unseal(this.parts.masterKey, purposeOf(kid), sealed);
      return { kid, key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) };
    } catch (error) {
      throw new ConfigError("API_MASTER_KEY_FILE is not the key that this database's secrets were sealed with", {
        cause: error,
      });
    }
  }

  async #make(): Promise<Signer> {
    const { db, masterKey } = this.parts;
    await db.deleteFrom('signing_keys').where('created_at', '<', dbIn(-knownSeconds)).execute();
    const kid = newId();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
    await db
      .insertInto('signing_keys')
      .values({
        kid,
        public_key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
        sealed_key: seal(masterKey, purposeOf(kid), plain),
      })
      .execute();
    return { kid, key: privateKey };
  }
}
