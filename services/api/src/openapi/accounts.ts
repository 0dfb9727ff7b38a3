// The parts of the OpenAPI document about sign-in, users and keys.
import type { ErrorCode } from '@astrogate/proto';
import type { z } from 'zod';
import {
  bootstrapFields,
  codeFields,
  factorAnswer,
  keyAnswer,
  keyFields,
  keysAnswer,
  loginFields,
  meAnswer,
  newKeyAnswer,
  passwordFields,
  proofFields,
  recoveryAnswer,
  refreshFields,
  tokensAnswer,
  userAnswer,
  userChangeFields,
  userFields,
  usersAnswer,
} from '../http/account-fields.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

/** How requests say who sends them. */
export const securitySchemes: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of `POST /api/v1/auth/login`, for 15 minutes, or an API key of `POST /api/v1/keys`',
  },
};

export const accountSchemas: Json = {
  Tokens: jsonSchema(tokensAnswer),
  Me: jsonSchema(meAnswer),
  SecondFactor: jsonSchema(factorAnswer),
  RecoveryCodes: jsonSchema(recoveryAnswer),
  User: jsonSchema(userAnswer),
  Users: jsonSchema(usersAnswer),
  ApiKey: jsonSchema(keyAnswer),
  ApiKeys: jsonSchema(keysAnswer),
  NewApiKey: jsonSchema(newKeyAnswer),
};

const proofCodes = ['invalid_request', 'unauthenticated', 'second_factor_needed', 'account_locked', 'busy'] as const;
const known: readonly ErrorCode[] = ['unauthenticated', 'forbidden'];
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

interface Operation {
  readonly summary: string;
  readonly body?: z.ZodObject;
  readonly answers: Json;
  readonly errors: readonly ErrorCode[];
  readonly hasId?: true;
}

function operation({ summary, body, answers, errors, hasId }: Operation): Json {
  const requestBody = body && { required: true, content: { 'application/json': { schema: jsonSchema(body) } } };
  return {
    summary,
    ...(hasId && { parameters: [id] }),
    ...(requestBody && { requestBody }),
    responses: { ...answers, ...errorAnswers([...new Set([...errors, 'storage_unavailable' as const])]) },
  };
}

const done = (description: string): Json => ({ 204: { description } });
const tokens = { 200: jsonAnswer('Access token, and refresh token in the body or as a cookie', 'Tokens') };

const authPaths: Json = {
  '/api/v1/auth/bootstrap': {
    post: operation({
      summary: 'Make the first admin, with the secret that the first start has printed',
      body: bootstrapFields,
      answers: { 201: { description: 'The account is there; sign in' } },
      errors: ['invalid_request', 'weak_password', 'unauthenticated', 'busy'],
    }),
  },
  '/api/v1/auth/login': {
    post: operation({ summary: 'Sign in', body: loginFields, answers: tokens, errors: proofCodes }),
  },
  '/api/v1/auth/refresh': {
    post: operation({
      summary: 'Get new tokens for a refresh token, which works once; shown twice it ends its session',
      body: refreshFields,
      answers: tokens,
      errors: ['invalid_request', 'unauthenticated'],
    }),
  },
  '/api/v1/auth/logout': {
    post: operation({ summary: 'End all sessions of this account', answers: done('They have ended'), errors: known }),
  },
  '/api/v1/auth/me': {
    get: operation({ summary: 'Who asks', answers: { 200: jsonAnswer('The account', 'Me') }, errors: known }),
  },
  '/api/v1/auth/password': {
    post: operation({
      summary: 'Set another password; all sessions end',
      body: passwordFields,
      answers: done('It is set'),
      errors: [...proofCodes, 'weak_password', 'forbidden'],
    }),
  },
  '/api/v1/auth/second-factor': {
    post: operation({
      summary: 'Propose an authenticator app (TOTP); it counts once it is confirmed',
      body: proofFields,
      answers: { 200: jsonAnswer('What the app needs', 'SecondFactor') },
      errors: [...proofCodes, 'forbidden', 'conflict'],
    }),
  },
  '/api/v1/auth/second-factor/confirm': {
    post: operation({
      summary: 'Confirm the app with a code that it shows',
      body: codeFields,
      answers: { 200: jsonAnswer('Recovery codes, never shown again', 'RecoveryCodes') },
      errors: ['invalid_request', ...known],
    }),
  },
  '/api/v1/auth/second-factor/remove': {
    post: operation({
      summary: 'Do without a second factor again',
      body: proofFields,
      answers: done('It is gone'),
      errors: [...proofCodes, 'forbidden'],
    }),
  },
};

const userPaths: Json = {
  '/api/v1/users': {
    get: operation({ summary: 'All accounts', answers: { 200: jsonAnswer('Accounts', 'Users') }, errors: known }),
    post: operation({
      summary: 'Make an account',
      body: userFields,
      answers: { 201: jsonAnswer('The account', 'User') },
      errors: ['invalid_request', 'weak_password', 'conflict', 'busy', ...known],
    }),
  },
  '/api/v1/users/{id}': {
    get: operation({
      summary: 'An account',
      answers: { 200: jsonAnswer('The account', 'User') },
      errors: ['not_found', ...known],
      hasId: true,
    }),
    patch: operation({
      summary: 'Change an account; of a superuser only another superuser may',
      body: userChangeFields,
      answers: { 200: jsonAnswer('The account as it is now', 'User') },
      errors: ['invalid_request', 'weak_password', 'not_found', 'conflict', 'busy', ...known],
      hasId: true,
    }),
    delete: operation({
      summary: 'Remove an account with its sessions and keys; its jobs stay until they are forgotten',
      answers: done('It is gone'),
      errors: ['not_found', 'conflict', ...known],
      hasId: true,
    }),
  },
};

const keyPaths: Json = {
  '/api/v1/keys': {
    get: operation({ summary: 'Own API keys', answers: { 200: jsonAnswer('The keys', 'ApiKeys') }, errors: known }),
    post: operation({
      summary: 'Make an API key',
      body: keyFields,
      answers: { 201: jsonAnswer('The key, shown once', 'NewApiKey') },
      errors: ['invalid_request', 'conflict', ...known],
    }),
  },
  '/api/v1/keys/{id}': {
    delete: operation({
      summary: 'Remove one of the own API keys',
      answers: done('It is gone'),
      errors: ['not_found', ...known],
      hasId: true,
    }),
  },
};

export const accountPaths: Json = { ...authPaths, ...userPaths, ...keyPaths };
