// Who asks, as authentication has found out. What is not noted is nobody: nothing here authenticates.
import { AstrogateError } from '@astrogate/proto';
import type { Request } from 'express';
import type { Principal } from './principal.js';

const principals = new WeakMap<object, Principal>();

export function notePrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** Undefined: nobody has authenticated the request. */
export function principalOf(request: Request): Principal | undefined {
  return principals.get(request);
}

/** As it stands in the audit log: "user:ID", "key:ID" or "anonymous". */
export function actorOf(request: Request): string {
  const principal = principals.get(request);
  if (principal?.kind === 'user') return `user:${principal.userId}`;
  if (principal?.kind === 'key') return `key:${principal.keyId}`;
  return 'anonymous';
}

/** The account that asks, itself or by one of its keys; undefined: no account. */
export function accountOf(request: Request): string | undefined {
  const principal = principals.get(request);
  return principal && principal.kind !== 'anonymous' ? principal.userId : undefined;
}

/** Throws `unauthenticated` and `forbidden` for everybody but admins, and keys of theirs with the scope `admin`. */
export function demandAdmin(request: Request): void {
  const principal = principals.get(request);
  if (!principal || principal.kind === 'anonymous') throw new AstrogateError('unauthenticated');
  const isInScope = principal.kind === 'user' || principal.scopes.includes('admin');
  if (principal.role !== 'admin' || !isInScope) throw new AstrogateError('forbidden');
}
