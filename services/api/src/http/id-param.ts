// The id in the path of an account or a key. What is no id is the id of nothing.
import { AstrogateError } from '@astrogate/proto';
import type { Request } from 'express';

const pattern = /^[0-9a-f]{32}$/;

/** Throws `not_found`. */
export function idOf(request: Request): string {
  const id = request.params.id;
  if (typeof id === 'string' && pattern.test(id)) return id;
  throw new AstrogateError('not_found', 'There is nothing of this id');
}
