// Whose job it is, and who may see it. Pure.
import type { Principal } from './principal.js';

/** Begins the owner of a job that was made with an account; the key of an anonymous owner has no colon. */
const accountPrefix = 'user:';

/** The owner of jobs that `who` makes; undefined for an anonymous caller, who may name one. */
export function accountOwner(who: Principal): string | undefined {
  return who.kind === 'anonymous' ? undefined : `${accountPrefix}${who.userId}`;
}

/** An admin who uses what an admin may; his API keys only when they are for that. */
export function actsAsAdmin(who: Principal): boolean {
  if (who.kind === 'anonymous' || who.role !== 'admin') return false;
  return who.kind === 'user' || who.scopes.includes('admin');
}

/** Whether `who` may look at, cancel and delete a job of this owner. Of one without an account its id is the secret. */
export function mayUseJob(who: Principal, ownerKey: string | undefined): boolean {
  if (ownerKey === undefined || !ownerKey.startsWith(accountPrefix)) return true;
  return ownerKey === accountOwner(who) || actsAsAdmin(who);
}
