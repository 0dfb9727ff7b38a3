// The refresh token as a cookie: sent to the sign-in routes alone, out of the reach of scripts and of other sites.
import type { Request, Response } from 'express';
import { refreshSeconds } from '../accounts/sessions.js';

const cookieName = 'astrogate_refresh';
const scope = { path: '/api/v1/auth', httpOnly: true, secure: true, sameSite: 'strict' } as const;

export function setRefreshCookie(response: Response, token: string): void {
  response.cookie(cookieName, token, { ...scope, maxAge: refreshSeconds * 1000 });
}

export function clearRefreshCookie(response: Response): void {
  response.clearCookie(cookieName, scope);
}

export function refreshCookieOf(request: Request): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}
