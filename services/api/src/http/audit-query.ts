// What the audit log is asked for: filters and the place of a page, from the query of the URL and back.
import { auditResults } from '@astrogate/common';
import { z } from 'zod';
import { auditActs } from '../audit/acts.js';
import type { AuditFilter } from '../audit/audit-store.js';
import { FieldError, quoted } from './field-error.js';

export const mostPerPage = 200;
export const usualPerPage = 50;

const moment = z.iso.datetime({ offset: true });
const text = z.string().regex(/^\P{Cc}{1,300}$/u);
const wholeNumber = z.string().regex(/^\d{1,15}$/);
const acts = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(auditActs)));

/** Per parameter: its form, and what it may be, for people. */
const parameters = {
  act: [acts, 'one or several acts of docs/audit.md, with commas between them'],
  actor: [text, 'user:ID, key:ID, anonymous or system'],
  target: [text, 'what the act was on, such as job:ID'],
  result: [z.enum(auditResults), `one of ${auditResults.join(', ')}`],
  after: [moment, 'a moment such as 2026-01-31T12:00:00Z'],
  before: [moment, 'a moment such as 2026-01-31T12:00:00Z'],
  limit: [wholeNumber.transform(Number).pipe(z.int().min(1).max(mostPerPage)), `a whole number, 1 to ${mostPerPage}`],
  cursor: [wholeNumber.transform(Number), 'as it was given with the page before'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

type Name = keyof typeof parameters;
type Given = { [K in Name]?: z.output<(typeof parameters)[K][0]> };
export const auditParameters = Object.keys(parameters) as readonly Name[];
export const allowedOf = (name: Name): string => parameters[name][1];

/** Reads the query of `url`, which begins with a path. Throws FieldError with every wrong, unknown or repeated one. */
export function readAuditQuery(url: string): AuditFilter {
  const { act, after, before, cursor, limit, ...rest } = readQuery(url, auditParameters);
  return {
    ...rest,
    acts: act ?? [],
    ...(after !== undefined && { after: new Date(after) }),
    ...(before !== undefined && { before: new Date(before) }),
    ...(cursor !== undefined && { behind: cursor }),
    limit: limit ?? usualPerPage,
  };
}

function readQuery(url: string, names: readonly Name[]): Given {
  const search = new URLSearchParams(url.split('?')[1] ?? '');
  const read = [...new Set(search.keys())].map((name) => {
    const [value = '', ...more] = search.getAll(name);
    const known = names.find((each) => each === name);
    const parsed = known && more.length === 0 ? parameters[known][0].safeParse(value) : undefined;
    if (parsed?.success) return { name, value: parsed.data };
    const allowed = known ? `${allowedOf(known)}, given once` : `one of ${names.join(', ')}`;
    return { wrong: { field: quoted(name), value: quoted(value), allowed } };
  });
  const wrong = read.flatMap((each) => ('wrong' in each && each.wrong ? [each.wrong] : []));
  if (wrong.length > 0) throw new FieldError(wrong);
  return Object.fromEntries(read.flatMap((each) => ('name' in each ? [[each.name, each.value]] : []))) as Given;
}
