// Who may use a route. Pure.
import { type Principal, type Role, roles, type Scope } from './principal.js';

/** One per route; a route without one does not compile. */
export type Access =
  | { readonly public: true }
  | {
      readonly least: Role;
      /** What an API key must be for. */
      readonly scope: Scope;
      /** Only where the configuration lets anonymous callers solve. */
      readonly mayBeAnonymous?: true;
      /** A person who has signed in; no API key, whatever it is for. */
      readonly sessionOnly?: true;
    };

export const open: Access = { public: true };

export type AccessDecision = 'allowed' | 'unauthenticated' | 'forbidden';

/** `isAnonymousOn`: whether the configuration lets anonymous callers solve. */
export function decideAccess(access: Access, who: Principal, isAnonymousOn: boolean): AccessDecision {
  if ('public' in access) return 'allowed';
  if (who.kind === 'anonymous') return access.mayBeAnonymous && isAnonymousOn ? 'allowed' : 'unauthenticated';
  if (roles.indexOf(who.role) < roles.indexOf(access.least)) return 'forbidden';
  if (who.kind === 'user') return 'allowed';
  return !access.sessionOnly && who.scopes.includes(access.scope) ? 'allowed' : 'forbidden';
}
