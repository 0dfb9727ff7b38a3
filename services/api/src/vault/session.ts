// Who we are in Vault: logs in by AppRole and keeps the token alive as long as it is used.
import { readFile } from 'node:fs/promises';
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import { nextStep, type Token } from './token.js';
import { expectJson, refusalOf } from './vault-answer.js';
import type { VaultPlace } from './vault-place.js';
import type { Answer, Question, VaultWay } from './vault-way.js';

const granted = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number(), renewable: z.boolean() }),
});

type Who = Pick<VaultPlace, 'roleId' | 'secretIdFile'>;

export interface Session {
  /** A token that lives; renews it or logs in where that is due. Throws AstrogateError. */
  token(signal?: AbortSignal): Promise<string>;
  /** Asks with our token; when Vault does not know it any more, once more with a new one. Throws AstrogateError. */
  ask(question: Omit<Question, 'token' | 'content'>): Promise<Answer>;
  /** The next use logs in. */
  forget(): void;
}

/** A new token of our AppRole, known to no one else. Throws AstrogateError. */
export async function login(way: VaultWay, who: Who, now: () => number, signal?: AbortSignal): Promise<Token> {
  const secretId = await readSecretId(who.secretIdFile);
  const since = now();
  const json = { role_id: who.roleId, secret_id: secretId };
  const answer = await way.ask({ method: 'POST', path: 'auth/approle/login', json, signal });
  return toToken(answer, since);
}

export function createSession(way: VaultWay, who: Who, now: () => number = Date.now): Session {
  let kept: Token | undefined;

  async function token(signal?: AbortSignal): Promise<string> {
    const step = nextStep(kept, now());
    if (step === 'renew' && kept) kept = await renew(way, kept, now, signal);
    if (kept === undefined || step === 'login') kept = await login(way, who, now, signal);
    return kept.value;
  }

  const forget = () => {
    kept = undefined;
  };

  return {
    token,
    forget,
    async ask(question) {
      const answer = await way.ask({ ...question, token: await token(question.signal) });
      if (answer.status !== 403) return answer;
      forget();
      return way.ask({ ...question, token: await token(question.signal) });
    },
  };
}

/** Undefined when Vault does not renew it, as after its longest life: then it is time to log in again. */
export async function renew(
  way: VaultWay,
  token: Token,
  now: () => number,
  signal?: AbortSignal,
): Promise<Token | undefined> {
  const since = now();
  const answer = await way.ask({
    method: 'POST',
    path: 'auth/token/renew-self',
    token: token.value,
    json: {},
    signal,
  });
  if (answer.status === 400 || answer.status === 403) return undefined;
  return toToken(answer, since);
}

function toToken(answer: Answer, since: number): Token {
  // A sealed Vault says so; what is left is a role id or secret id that Vault does not take.
  if (answer.status === 400 && refusalOf(answer).code === 'vault_denied')
    throw new AstrogateError('vault_denied', 'Vault does not take our role id and secret id', {
      cause: refusalOf(answer).cause,
    });
  const { auth } = expectJson(answer, granted);
  return { value: auth.client_token, since, leaseMs: auth.lease_duration * 1000, renewable: auth.renewable };
}

async function readSecretId(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new AstrogateError('vault_denied', 'VAULT_SECRET_ID_FILE cannot be read', { cause: error });
  }
}
