// What a failed query means: the database is away, or we have made a mistake. Pure.
import { AstrogateError } from '@astrogate/proto';

/**
 * Classes of SQLSTATE that pass by themselves: connection, resources, operator intervention, system error, and
 * transactions that got in each other's way. Source: PostgreSQL manual, appendix A.
 */
const passing = /^(?:08|53|57|58|40)/;
const sqlState = /^[0-9A-Z]{5}$/;

/** `storage_unavailable` when the database did not answer or could not just now, else `internal`. */
export function storageFailure(error: unknown): AstrogateError {
  if (error instanceof AstrogateError) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  const isAnswer = typeof code === 'string' && sqlState.test(code);
  const isMistake = isAnswer ? !passing.test(code) : error instanceof TypeError || error instanceof RangeError;
  return AstrogateError.from(error, isMistake ? 'internal' : 'storage_unavailable');
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
