// The job that a path names.
import { AstrogateError, identifierPattern } from '@astrogate/proto';
import type { Request } from 'express';

/** Throws `not_found` for what no id looks like. */
export function jobIdOf(request: Request): string {
  const id = String(request.params.id);
  if (!identifierPattern.test(id)) throw noSuchJob();
  return id;
}

export function noSuchJob(): AstrogateError {
  return new AstrogateError('not_found', 'There is no such job');
}
