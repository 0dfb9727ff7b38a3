// Who asks, as the guard of the route has found out. Nothing here authenticates.
import { AstrogateError } from '@astrogate/proto';
import type { Request } from 'express';
import type { Person, Principal } from './principal.js';

const principals = new WeakMap<object, Principal>();

export function notePrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** Undefined: the request was refused before anybody looked who sends it. */
export function knownPrincipalOf(request: Request): Principal | undefined {
  return principals.get(request);
}

/** Only behind the guard of the route. */
export function principalOf(request: Request): Principal {
  const who = principals.get(request);
  if (!who) throw new Error('a route without its guard');
  return who;
}

/** Only behind a guard that asks for a person. */
export function personOf(request: Request): Person {
  const who = principalOf(request);
  if (who.kind !== 'user') throw new AstrogateError('forbidden');
  return who;
}

/** Somebody who has signed in or shows a key; only behind a guard that lets in nobody else. */
export function accountOf(request: Request): Exclude<Principal, { kind: 'anonymous' }> {
  const who = principalOf(request);
  if (who.kind === 'anonymous') throw new AstrogateError('unauthenticated');
  return who;
}
