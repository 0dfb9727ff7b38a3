// Accounts, for admins.
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { personOf } from '../access/asker.js';
import { changeUser, createUser, findUser, listUsers, noSuchUser } from '../accounts/users.js';
import type { ApiContext } from '../context.js';
import { toUserView, userChangeFields, userFields, type usersAnswer } from './account-fields.js';
import { doerOf } from './audited.js';
import { idOf } from './id-param.js';
import { bodyOf, readJson } from './json-body.js';

export function showUsers({ accounts }: ApiContext): RequestHandler {
  return async (_request, response) => {
    const users = (await listUsers(accounts.parts)).map(toUserView);
    response.set('Cache-Control', 'no-store').json({ users } satisfies z.infer<typeof usersAnswer>);
  };
}

export function showUser({ accounts }: ApiContext): RequestHandler {
  return async (request, response) => {
    const user = await findUser(accounts.parts, idOf(request));
    if (!user) throw noSuchUser();
    response.set('Cache-Control', 'no-store').json(toUserView(user));
  };
}

export function addUser({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { is_superuser: isSuperuser, ...fields } = bodyOf(userFields, request);
      const user = await createUser(accounts.parts, personOf(request), { ...fields, isSuperuser }, doerOf(request));
      response.status(201).set('Location', `/api/v1/users/${user.id}`).json(toUserView(user));
    },
  ];
}

export function editUser({ accounts }: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { role, password, ...flags } = bodyOf(userChangeFields, request);
      const id = idOf(request);
      const change = {
        ...{ role, password, isSuperuser: flags.is_superuser, isDisabled: flags.is_disabled },
        ...(flags.has_second_factor === false && ({ withoutFactor: true } as const)),
      };
      await changeUser(accounts.parts, personOf(request), id, change, doerOf(request));
      const user = await findUser(accounts.parts, id);
      if (!user) throw noSuchUser();
      response.json(toUserView(user));
    },
  ];
}

export function removeUser({ accounts }: ApiContext): RequestHandler {
  return async (request, response) => {
    await changeUser(accounts.parts, personOf(request), idOf(request), { removed: true }, doerOf(request));
    response.status(204).end();
  };
}
