// Signing in and out, and what concerns one's own account.
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { accountOf, personOf } from '../access/asker.js';
import { accessSeconds } from '../accounts/access-tokens.js';
import { makeFirstAdmin } from '../accounts/bootstrap.js';
import type { Proof } from '../accounts/proof.js';
import { confirmFactor, proposeFactor, removeFactor } from '../accounts/second-factors.js';
import { endSessions, type NewTokens, refreshSession } from '../accounts/sessions.js';
import { prove, signIn } from '../accounts/sign-in.js';
import { setOwnPassword } from '../accounts/users.js';
import { appendAudit } from '../audit/audit.js';
import type { ApiContext } from '../context.js';
import { inTransaction } from '../storage/transaction.js';
import {
  bootstrapFields,
  codeFields,
  type factorAnswer,
  loginFields,
  type meAnswer,
  passwordFields,
  proofFields,
  type recoveryAnswer,
  refreshFields,
  type tokensAnswer,
} from './account-fields.js';
import { actOf, doerOf } from './audited.js';
import { bodyOf, readJson } from './json-body.js';
import { clearRefreshCookie, refreshCookieOf, setRefreshCookie } from './refresh-cookie.js';

export function bootstrap({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const id = await makeFirstAdmin(accounts.parts, bodyOf(bootstrapFields, request), doerOf(request));
      response.status(201).json({ id });
    },
  ];
}

export function login(ctx: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { cookie, ...credentials } = bodyOf(loginFields, request);
      const tokens = await signIn(ctx.accounts.parts, credentials, doerOf(request));
      await sendTokens(ctx, response, tokens, cookie);
    },
  ];
}

export function refresh(ctx: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { refresh_token: given, cookie } = bodyOf(refreshFields, request);
      const token = given ?? refreshCookieOf(request);
      if (token === undefined) throw new AstrogateError('unauthenticated', 'There is no refresh token');
      const tokens = await refreshSession(ctx.accounts.parts, token, doerOf(request)).catch((error) => {
        if (AstrogateError.from(error).code === 'unauthenticated') clearRefreshCookie(response);
        throw error;
      });
      await sendTokens(ctx, response, tokens, cookie || given === undefined);
    },
  ];
}

async function sendTokens(
  { accounts }: ApiContext,
  response: Response,
  tokens: NewTokens,
  inCookie: boolean,
): Promise<void> {
  const access_token = await accounts.tokens.issue(tokens);
  if (inCookie) setRefreshCookie(response, tokens.refreshToken);
  const answer: z.infer<typeof tokensAnswer> = { access_token, token_type: 'Bearer', expires_in: accessSeconds };
  const whole = inCookie ? answer : { ...answer, refresh_token: tokens.refreshToken };
  response.set('Cache-Control', 'no-store').json(whole);
}

/** Ends all sessions of the account: this one, and those on other machines. */
export function logout({ accounts }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { userId } = accountOf(request);
    const { db } = accounts.parts;
    await inTransaction(db, async (trx) => {
      await endSessions(trx, { userId }, 'logout');
      await appendAudit(trx, actOf(request, 'session.end', `user:${userId}`));
    });
    clearRefreshCookie(response);
    response.status(204).end();
  };
}

export const me: RequestHandler = (request, response) => {
  const who = accountOf(request);
  const answer: z.infer<typeof meAnswer> = {
    ...{ id: who.userId, name: who.name, role: who.role, is_superuser: who.isSuperuser },
    signed_in_with: who.kind === 'key' ? 'key' : 'session',
    scopes: who.kind === 'key' ? [...who.scopes] : null,
  };
  response.set('Cache-Control', 'no-store').json(answer);
};

export function changePassword({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { current, password, code } = bodyOf(passwordFields, request);
      const proof = await proveAgain(accounts, request, { password: current, code });
      await setOwnPassword(accounts.parts, { who: personOf(request), proof, password }, doerOf(request));
      clearRefreshCookie(response);
      response.status(204).end();
    },
  ];
}

export function addFactor({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      await proveAgain(accounts, request, bodyOf(proofFields, request));
      const factor: z.infer<typeof factorAnswer> = await proposeFactor(accounts.parts, accountOf(request));
      response.set('Cache-Control', 'no-store').json(factor);
    },
  ];
}

export function confirmFactorRoute({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { code } = bodyOf(codeFields, request);
      const answer: z.infer<typeof recoveryAnswer> = {
        recovery_codes: await confirmFactor(accounts.parts, personOf(request), code, doerOf(request)),
      };
      response.set('Cache-Control', 'no-store').json(answer);
    },
  ];
}

export function dropFactor({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      await proveAgain(accounts, request, bodyOf(proofFields, request));
      await removeFactor(accounts.parts, personOf(request), doerOf(request));
      response.status(204).end();
    },
  ];
}

/** What an unlocked screen must not be able to do asks for the password again. */
async function proveAgain(
  { parts }: ApiContext['accounts'],
  request: Request,
  proof: { password: string; code?: string | undefined },
): Promise<Proof> {
  return prove(parts, { ...proof, name: personOf(request).name });
}
