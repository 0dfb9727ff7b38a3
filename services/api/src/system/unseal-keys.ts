// Vault's unseal keys that the operator gave for a job. They are in memory only.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import type { Gift } from './plan.js';

const given = z.object({ unseal_keys: z.array(z.string()) });

/** Of the parameters of a job in whose course Vault is sealed. */
export const keysLater = z
  .boolean()
  .default(false)
  .describe(
    "Begin without Vault's unseal keys, which the job asks for. Whoever does not have them then is left sealed",
  );

export function keysOf(gift: Gift | undefined): readonly string[] {
  return given.safeParse(gift).data?.unseal_keys ?? [];
}

/**
 * For a plan's preflight. `needed`: how many Vault wants, where that is known. Throws `invalid_request` without keys,
 * unless they are to come later, and `unseal_failed` when they are too few.
 */
export function needKeys(gift: Gift | undefined, params: { readonly keys_later: boolean }, needed = 1): void {
  const different = new Set(keysOf(gift).map((key) => key.trim())).size;
  if (different === 0 && params.keys_later) return;
  if (different === 0)
    throw new AstrogateError(
      'invalid_request',
      'Vault will be sealed in the course of this: give its unseal keys, or say with keys_later that you have them',
    );
  if (different < needed)
    throw new AstrogateError('unseal_failed', `Vault needs ${needed} different keys; ${different} were given`);
}
