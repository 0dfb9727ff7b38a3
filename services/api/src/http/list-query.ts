// What a list of jobs is asked for: filters and the place of a page, from the query of the URL and back.
import { z } from 'zod';
import { type JobStatus, jobStatuses } from '../jobs/job.js';
import type { JobFilter } from '../jobs/job-store.js';
import { FieldError, quoted, type WrongField } from './field-error.js';

export const mostPerPage = 100;
const usualPerPage = 20;

export type ListQuery = Omit<JobFilter, 'ownerKey'>;
type Position = NonNullable<JobFilter['behind']>;

const moment = z.iso.datetime({ offset: true });
const isStatus = (text: string): text is JobStatus => (jobStatuses as readonly string[]).includes(text);

/** Per parameter: what it may be, for people, and what it means; undefined when it is wrong. */
const parameters = {
  status: {
    allowed: `one or several of ${jobStatuses.join(', ')}, with commas between them`,
    read: (text: string) => {
      const statuses = text.split(',');
      return statuses.every(isStatus) ? { statuses: [...new Set(statuses)] } : undefined;
    },
  },
  created_after: momentParameter('createdAfter'),
  created_before: momentParameter('createdBefore'),
  limit: {
    allowed: `a whole number from 1 to ${mostPerPage}`,
    read: (text: string) => {
      const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
      return limit >= 1 && limit <= mostPerPage ? { limit } : undefined;
    },
  },
  cursor: {
    allowed: 'as it was given with the page before',
    read: (text: string) => {
      const behind = readCursor(text);
      return behind && { behind };
    },
  },
} satisfies Record<string, { allowed: string; read: (text: string) => Partial<ListQuery> | undefined }>;

function momentParameter(name: 'createdAfter' | 'createdBefore') {
  return {
    allowed: 'a moment such as 2026-01-31T12:00:00Z',
    read: (text: string) => (moment.safeParse(text).success ? { [name]: new Date(text) } : undefined),
  };
}

/** Reads the query of `url`, which begins with a path. Throws FieldError with every wrong, unknown or repeated one. */
export function readListQuery(url: string): ListQuery {
  const search = new URLSearchParams(url.split('?')[1] ?? '');
  const wrong: WrongField[] = [];
  let query: ListQuery = { statuses: [], limit: usualPerPage };
  for (const name of new Set(search.keys())) {
    const [value = '', ...more] = search.getAll(name);
    const parameter = Object.hasOwn(parameters, name) ? parameters[name as keyof typeof parameters] : undefined;
    const part = more.length === 0 ? parameter?.read(value) : undefined;
    const allowed = parameter ? `${parameter.allowed}, given once` : `one of ${Object.keys(parameters).join(', ')}`;
    if (part) query = { ...query, ...part };
    else wrong.push({ field: quoted(name), value: quoted(value), allowed });
  }
  if (wrong.length > 0) throw new FieldError(wrong);
  return query;
}

/** The URL of `url` with another cursor. */
export function withCursor(url: string, cursor: string): string {
  const [path, query] = url.split('?');
  const search = new URLSearchParams(query ?? '');
  search.set('cursor', cursor);
  return `${path}?${search}`;
}

/** A job's place in the list, as callers hand it back. It says nothing that they do not know. */
export function toCursor({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

function readCursor(text: string): Position | undefined {
  if (text.length > 200) return undefined;
  const [, ms, id] = /^(\d{1,15}) ([A-Za-z0-9_-]{1,64})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  return ms === undefined || id === undefined ? undefined : { createdAt: new Date(Number(ms)), id };
}
