// An error that names the fields that are wrong, what was given, and what is allowed.
import { AstrogateError } from '@astrogate/proto';

export interface WrongField {
  readonly field: string;
  /** As given: cut, control characters escaped; null when it was missing. */
  readonly value: string | null;
  readonly allowed: string;
}

/** Code `invalid_request` with one entry per wrong field. */
export class FieldError extends AstrogateError {
  override name = 'FieldError';

  constructor(readonly errors: readonly WrongField[]) {
    super('invalid_request', describe(errors));
  }
}

/** Longest text of a caller that is repeated to them. */
const maxQuoted = 60;

/** `text` as it may stand in an answer: cut at 60 characters, control and format characters escaped. */
export function quoted(text: string): string {
  const cut = text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const hex = character.codePointAt(0)?.toString(16) ?? '';
    return `\\u${hex.padStart(4, '0')}`;
  });
}

function describe(errors: readonly WrongField[]): string {
  return errors
    .map(({ field, value, allowed }) =>
      value === null ? `${field} is missing; allowed: ${allowed}` : `${field} is "${value}"; allowed: ${allowed}`,
    )
    .join('. ');
}
