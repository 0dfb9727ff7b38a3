// From the text fields of a form to values that a zod schema has checked. Wrong ones are all reported at once.
import { z } from 'zod';
import { FieldError, quoted, type WrongField } from './field-error.js';

/** A number as people and programs write it; no hex, no Infinity, no spaces inside. */
const numberText = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*$/;

/** What is not repeated to anybody, in an answer or a log: secrets, and URLs that may carry one; misspelt ones too. */
const unshown = /webhook|secret|token|passw/i;

/**
 * Checks `body`, the text fields of a form, against `schema`. An empty text counts as not given. Throws FieldError
 * with every wrong, unknown and repeated field.
 */
export function parseFields<S extends z.ZodObject>(schema: S, body: Record<string, unknown>): z.output<S> {
  const entries = Object.entries(body).filter(([, value]) => value !== '');
  const repeated = entries.filter(([, value]) => typeof value !== 'string').map(([field]) => notOneText(schema, field));
  if (repeated.length > 0) throw new FieldError(repeated);
  const texts = Object.fromEntries(entries) as Record<string, string>;
  const values = Object.fromEntries(entries.map(([field, value]) => [field, typed(value as string)]));
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new FieldError(result.error.issues.flatMap((issue) => wrongFields(schema, issue, texts)));
}

function typed(text: string): unknown {
  return numberText.test(text) ? Number(text) : text;
}

function notOneText(schema: z.ZodObject, field: string): WrongField {
  const known = Object.hasOwn(schema.shape, field);
  return { field: quoted(field), value: '(more than one)', allowed: known ? 'given once' : fieldNames(schema) };
}

function wrongFields(schema: z.ZodObject, issue: z.core.$ZodIssue, texts: Record<string, string>): WrongField[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((field) => ({
      field: quoted(field),
      value: shown(field, texts[field] ?? ''),
      allowed: fieldNames(schema),
    }));
  const field = String(issue.path[0]);
  const given = texts[field];
  const allowed = issue.code === 'custom' ? issue.message : allowedRange(schema, field);
  return [{ field, value: given === undefined ? null : shown(field, given), allowed }];
}

function shown(field: string, value: string): string {
  return unshown.test(field) ? '(not shown)' : quoted(value);
}

function fieldNames(schema: z.ZodObject): string {
  return `one of the fields image, ${Object.keys(schema.shape).join(', ')}`;
}

/** What a field may be, for people, from the same schema that checks it. */
function allowedRange(schema: z.ZodObject, field: string): string {
  const json = z.toJSONSchema(schema.shape[field] as z.ZodType, { io: 'input' });
  if (json.enum) return json.enum.join(', ');
  if (json.type === 'string') return json.description ?? 'a text';
  const whole = json.type === 'integer' ? 'a whole number' : 'a number';
  const low = json.exclusiveMinimum === undefined ? `from ${json.minimum}` : `above ${json.exclusiveMinimum}`;
  const high = json.exclusiveMaximum === undefined ? `to ${json.maximum}` : `to below ${json.exclusiveMaximum}`;
  return `${whole} ${low} ${high}`;
}
