// The one place where a request is told who sends it and whether he may. Every route of the table goes through it.
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler } from 'express';
import type { ApiContext } from '../context.js';
import { addressOf } from '../http/client-address.js';
import { notePrincipal } from './asker.js';
import type { Principal } from './principal.js';
import { type Access, decideAccess } from './route-access.js';

const bearerPattern = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** Ours have a few hundred characters. */
const longestBearer = 4096;

type Given = Pick<ApiContext, 'accounts' | 'callerKeys' | 'config'>;

/** Notes who asks. Throws `unauthenticated`, `forbidden` and `storage_unavailable`. */
export function guard(ctx: Given, access: Access): RequestHandler {
  return async (request, _response, next) => {
    // What is public does not depend on the database, nor on credentials that may have lapsed.
    const who = 'public' in access ? anonymous(ctx, request) : await identify(ctx, request);
    notePrincipal(request, who);
    const decision = decideAccess(access, who, ctx.config.anonymous === 'solve');
    if (decision === 'unauthenticated') throw new AstrogateError('unauthenticated', 'Sign in, or send an API key');
    if (decision === 'forbidden') throw new AstrogateError('forbidden', whyNot(who));
    next();
  };
}

async function identify(ctx: Given, request: Request): Promise<Principal> {
  const header = request.get('authorization');
  if (header === undefined) return anonymous(ctx, request);
  const bearer = header.length <= longestBearer ? bearerPattern.exec(header)?.[1] : undefined;
  if (bearer === undefined) throw new AstrogateError('unauthenticated', 'Only "Authorization: Bearer …" is understood');
  const who = await ctx.accounts.whoHas(bearer);
  if (!who) throw new AstrogateError('unauthenticated', 'The session has ended; sign in again');
  return who;
}

function anonymous({ callerKeys }: Given, request: Request): Principal {
  return { kind: 'anonymous', callerKey: callerKeys.of(addressOf(request)) };
}

function whyNot(who: Principal): string {
  if (who.kind !== 'key') return 'Your role is not enough for that';
  return `Your role, or what this API key is for (${who.scopes.join(', ')}), is not enough for that`;
}
