// What Astrogate keeps in Vault: everything in the mount `astrogate`, a key-value engine of version 2, and nothing elsewhere.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import type { Session } from './session.js';
import { expectJson, refusalOf } from './vault-answer.js';

export interface VaultData {
  /** How many secrets there are. Throws AstrogateError `vault_denied`, `vault_sealed`, `vault_unavailable`. */
  count(signal?: AbortSignal): Promise<number>;
  /** Changes nothing. Throws `vault_denied` unless our policy lets us delete all of them, and else like `count`. */
  needDelete(signal?: AbortSignal): Promise<void>;
  /** Deletes all of them with every version, for ever. Returns how many there were. Throws like `count`. */
  clear(signal?: AbortSignal): Promise<number>;
}

const mount = 'astrogate';
/** Any name that our policy means. */
const anyPath = `${mount}/metadata/astrogate`;
const capabilities = z.object({ data: z.record(z.string(), z.array(z.string())) });
const listed = z.object({ data: z.object({ keys: z.array(z.string().min(1)) }) });

export function vaultData(session: Pick<Session, 'ask'>): VaultData {
  /** Names below `folder`, which is empty or ends with a slash. */
  async function* names(folder: string, signal?: AbortSignal): AsyncGenerator<string> {
    const path = `${mount}/metadata/${toPath(folder)}?list=true`;
    const answer = await session.ask({ method: 'GET', path, signal });
    // Nothing is kept there, or there is no such mount.
    if (answer.status === 404) return;
    for (const key of expectJson(answer, listed).data.keys) {
      if (key.endsWith('/')) yield* names(folder + key, signal);
      else yield folder + key;
    }
  }

  return {
    async count(signal) {
      let count = 0;
      for await (const _ of names('', signal)) count++;
      return count;
    },
    async needDelete(signal) {
      const json = { paths: [anyPath] };
      const answer = await session.ask({ method: 'POST', path: 'sys/capabilities-self', json, signal });
      if (answer.status !== 403 && expectJson(answer, capabilities).data[anyPath]?.includes('delete')) return;
      throw new AstrogateError(
        'vault_denied',
        'The policy of our AppRole does not let us delete what Astrogate keeps in Vault: see deploy/vault/astrogate.hcl',
      );
    },
    async clear(signal) {
      const found: string[] = [];
      for await (const name of names('', signal)) found.push(name);
      for (const name of found) {
        const answer = await session.ask({ method: 'DELETE', path: `${mount}/metadata/${toPath(name)}`, signal });
        if (answer.status > 299 && answer.status !== 404) throw refusalOf(answer);
      }
      return found.length;
    },
  };
}

const toPath = (name: string) => name.split('/').map(encodeURIComponent).join('/');
