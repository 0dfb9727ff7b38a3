// What the requests and answers of sign-in, users and keys are made of; they are checked and documented by these.
import { z } from 'zod';
import { roles, scopes } from '../access/principal.js';
import type { ApiKey } from '../accounts/api-keys.js';
import { mostPasswordBytes } from '../accounts/password-rules.js';
import { namePattern, type User } from '../accounts/users.js';

/** In lower case, however it was typed. */
const name = z
  .string()
  .max(64)
  .transform((text) => text.toLowerCase())
  .pipe(z.string().regex(namePattern))
  .describe('Name of the account: 2 to 64 letters, digits and . _ @ + -');
/** Longer than any that is right, so that what is too long is answered as such. */
const password = z.string().min(1).max(1024).describe(`Password, at most ${mostPasswordBytes} bytes`);
const code = z.string().max(64).describe('Six digits of the authenticator app, or a recovery code');
const inCookie = z
  .boolean()
  .default(false)
  .describe('Whether the refresh token is set as a cookie that no script can read, and left out of the answer');

export const bootstrapFields = z.strictObject({
  secret: z.string().max(128).describe('What the first start has printed'),
  ...{ name, password },
});
export const loginFields = z.strictObject({ name, password, code: code.optional(), cookie: inCookie });
export const refreshFields = z.strictObject({
  refresh_token: z.string().max(128).optional().describe('Refresh token; left out when it is in the cookie'),
  cookie: inCookie,
});
export const passwordFields = z.strictObject({ current: password, password, code: code.optional() });
export const proofFields = z.strictObject({ password, code: code.optional() });
export const codeFields = z.strictObject({ code });
export const userFields = z.strictObject({
  ...{ name, password },
  role: z.enum(roles).default('viewer').describe(roles.join(', ')),
  is_superuser: z.boolean().default(false).describe('true or false; only a superuser makes superusers'),
});
export const userChangeFields = z.strictObject({
  role: z.enum(roles).optional().describe(roles.join(', ')),
  is_superuser: z.boolean().optional().describe('true or false; only a superuser changes it'),
  is_disabled: z.boolean().optional().describe('true or false; true ends all sessions and keys at once'),
  password: password.optional(),
  has_second_factor: z.literal(false).optional().describe('false: takes the second factor away'),
});
export const keyFields = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^\P{Cc}{1,64}$/u)
    .describe('What the key is for, 1 to 64 characters, none of them a control character'),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .max(scopes.length)
    .default(['solve', 'read'])
    .describe(`Any of ${scopes.join(', ')}`),
  days: z.int().min(1).max(366).default(90).describe('Days until it lapses, 1 to 366'),
});

export const tokensAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds'),
  refresh_token: z.string().optional().describe('Works once; absent when it was set as a cookie'),
});
export const meAnswer = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  is_superuser: z.boolean(),
  signed_in_with: z.enum(['session', 'key']),
  scopes: z.array(z.enum(scopes)).nullable().describe('Of the API key; null: a session has all'),
});
export const factorAnswer = z.object({
  secret: z.string().describe('For the authenticator app, base32'),
  uri: z.string().describe('The same as otpauth URI, for a QR code'),
});
export const recoveryAnswer = z.object({ recovery_codes: z.array(z.string()).describe('Each works once') });
export const userAnswer = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  is_superuser: z.boolean(),
  is_disabled: z.boolean(),
  has_second_factor: z.boolean(),
  created_at: z.string(),
});
export const usersAnswer = z.object({ users: z.array(userAnswer) });
export const keyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('How the key begins'),
  scopes: z.array(z.enum(scopes)),
  created_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.string().nullable(),
});
export const keysAnswer = z.object({ keys: z.array(keyAnswer) });
export const newKeyAnswer = keyAnswer.extend({ key: z.string().describe('The key itself; it is never shown again') });

export function toUserView(user: User): z.infer<typeof userAnswer> {
  const { id, name: userName, role } = user;
  const flags = { is_superuser: user.isSuperuser, is_disabled: user.isDisabled };
  const more = { has_second_factor: user.hasSecondFactor, created_at: user.createdAt.toISOString() };
  return { id, name: userName, role, ...flags, ...more };
}

export function toKeyView(key: ApiKey): z.infer<typeof keyAnswer> {
  const { id, name: keyName, prefix } = key;
  const times = { created_at: key.createdAt.toISOString(), expires_at: key.expiresAt.toISOString() };
  const last_used_at = key.lastUsedAt?.toISOString() ?? null;
  return { id, name: keyName, prefix, scopes: [...key.scopes], ...times, last_used_at };
}
