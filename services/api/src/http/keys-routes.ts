// One's own API keys. Keys are made by people who have signed in, never by keys.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { accountOf, personOf } from '../access/asker.js';
import { listKeys, makeKey, removeKey } from '../accounts/api-keys.js';
import type { ApiContext } from '../context.js';
import { keyFields, type keysAnswer, type newKeyAnswer, toKeyView } from './account-fields.js';
import { doerOf } from './audited.js';
import { idOf } from './id-param.js';
import { bodyOf, readJson } from './json-body.js';

export function showKeys({ accounts }: ApiContext): RequestHandler {
  return async (request, response) => {
    const keys = (await listKeys(accounts.parts, accountOf(request).userId)).map(toKeyView);
    response.set('Cache-Control', 'no-store').json({ keys } satisfies z.infer<typeof keysAnswer>);
  };
}

export function addKey({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const wanted = bodyOf(keyFields, request);
      const who = personOf(request);
      if (wanted.scopes.includes('admin') && who.role !== 'admin')
        throw new AstrogateError('forbidden', 'Only an admin makes keys with scope admin');
      const scopes = [...new Set(wanted.scopes)];
      const { key, text } = await makeKey(accounts.parts, who, { ...wanted, scopes }, doerOf(request));
      const answer: z.infer<typeof newKeyAnswer> = { ...toKeyView(key), key: text };
      response.status(201).set('Cache-Control', 'no-store').json(answer);
    },
  ];
}

export function dropKey({ accounts }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { userId } = accountOf(request);
    if (!(await removeKey(accounts.parts, userId, idOf(request), doerOf(request))))
      throw new AstrogateError('not_found', 'There is no such key of yours');
    response.status(204).end();
  };
}
