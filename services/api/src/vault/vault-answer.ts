// What an answer of Vault means: pure. Vault's own words go into the cause, for the log, and never to a caller.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import { z } from 'zod';
import type { Answer } from './vault-way.js';

const refused = z.object({ errors: z.array(z.string()) });

/** What Vault says went wrong, at most 500 characters; empty when it says nothing. */
export function errorsOf({ json }: Answer): string {
  const parsed = refused.safeParse(json);
  return parsed.success ? parsed.data.errors.join('; ').slice(0, 500) : '';
}

/** Statuses by which Vault tells its state; see its page on /sys/health. */
const states: Record<number, [ErrorCode, string?]> = {
  403: ['vault_denied'],
  429: ['vault_unavailable', 'Vault is a standby, or is asked too often'],
  472: ['vault_unavailable', 'This Vault is a copy for disasters'],
  473: ['vault_unavailable', 'This Vault is a standby'],
  501: ['vault_unavailable', 'Vault is not initialised'],
};

/** The error for an answer that is not the one hoped for. `otherwise` is for a 4xx that tells no state. */
export function refusalOf(answer: Answer, otherwise: ErrorCode = 'vault_denied'): AstrogateError {
  const said = errorsOf(answer);
  const cause = new Error(`Vault answered ${answer.status}: ${said}`);
  if (/vault is sealed/i.test(said)) return new AstrogateError('vault_sealed', undefined, { cause });
  const [code, message] = states[answer.status] ?? [answer.status < 500 ? otherwise : 'vault_unavailable'];
  return new AstrogateError(code, message, { cause });
}

/** The answer's JSON by `schema`. Throws AstrogateError when it is a refusal or has another shape. */
export function expectJson<T>(answer: Answer, schema: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
  const parsed = schema.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  throw new AstrogateError('vault_unavailable', 'What answers there is not a Vault');
}
