// What a failed query means: the database is away, or we have made a mistake. Pure.
import { AstrogateError } from '@astrogate/proto';

/**
 * Classes of SQLSTATE that pass by themselves or when an operator has acted: connection, resources, operator
 * intervention, system error, transactions that got in each other's way or were ended, a server that became read-only
 * (25), a password or a database that was changed (28, 3D), a lock that was not free (55P03). Source: PostgreSQL manual,
 * appendix A.
 */
const passing = /^(?:08|25|28|3D|40|53|55P03|57|58)/;
const sqlState = /^[0-9A-Z]{5}$/;

/** `storage_unavailable` when the database did not answer or could not just now, else `internal`. */
export function storageFailure(error: unknown): AstrogateError {
  if (error instanceof AstrogateError) return error;
  const isOfOurs = error instanceof TypeError || error instanceof RangeError;
  const isMistake = isAnswer(error) ? !passing.test(error.code) : isOfOurs;
  return AstrogateError.from(error, isMistake ? 'internal' : 'storage_unavailable');
}

/** Whether the server has answered with this error; otherwise nobody knows what it has done. */
export function isAnswer(error: unknown): error is { code: string } {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && sqlState.test(code);
}

/** Whether the same transaction may succeed at once: it lost against another one, or that one has made its row. */
export function isCollision(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === '40P01' || code === '40001' || code === '23505';
}

/** Why a server cannot be used, for whoever starts the api: without the password that stands in its URL. */
export function unusableServer(url: string, error: unknown): AstrogateError {
  // Node tries every address of a name, and says nothing about the whole.
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { message } = cause as Error;
  const why = message.includes(new URL(url).password || '\0') ? (cause as { code?: string }).code : message;
  return new AstrogateError(
    'storage_unavailable',
    `The server of DATABASE_URL at ${new URL(url).host} cannot be used: ${why}`,
    {
      cause,
    },
  );
}
