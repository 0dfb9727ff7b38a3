// Vault's own snapshot of all it keeps, as a stream. It is sealed by Vault's keys, so it is no use without them.
import { Readable } from 'node:stream';
import type { Session } from './session.js';
import { checked } from './snapshot-check.js';
import { refusalOf } from './vault-answer.js';
import { asError, type VaultWay } from './vault-way.js';

/**
 * Resolves once Vault has begun to answer. The stream ends well only when the snapshot is whole; else it fails with
 * AstrogateError `vault_unavailable` or `cancelled`. Throws AstrogateError.
 */
export async function openSnapshot(way: VaultWay, session: Session, signal?: AbortSignal): Promise<Readable> {
  const ask = async () =>
    way.open({ method: 'GET', path: 'sys/storage/raft/snapshot', token: await session.token(signal), signal });
  let answer = await ask();
  if (answer.status === 403) {
    session.forget();
    answer = await ask();
  }
  if (answer.body === undefined) throw refusalOf(answer);
  return Readable.from(checked(arriving(answer.body, signal), 'vault_unavailable'), { objectMode: false });
}

async function* arriving(body: Readable, signal?: AbortSignal): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw asError(error, signal);
  }
}
